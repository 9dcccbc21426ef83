package io.directord.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A directory of 1000 small files of new random content to every node. */
final class CopySmallFiles implements Workload {
  private static final int FILES = 1000;
  private static final int BYTES = 1024;

  private final Path directory;
  private final Path source;
  private final LoopbackSsh ssh;
  private final Random random = new Random();

  CopySmallFiles(Path directory, LoopbackSsh ssh) {
    this.directory = directory;
    this.source = directory.resolve("small");
    this.ssh = ssh;
  }

  @Override
  public String title() {
    return "COPY --recursive of 1000 new files of 1 KiB";
  }

  @Override
  public String anchorTitle() {
    return "six rsync -a over ssh at once";
  }

  @Override
  public boolean isOfTheOriginal() {
    return false;
  }

  @Override
  public Limit must() {
    return Limit.timesAnchor(1);
  }

  @Override
  public Limit wants() {
    return Limit.timesAnchor(0.6);
  }

  @Override
  public void prepare(Cluster cluster) throws IOException {
    Files.createDirectories(source);
    byte[] content = new byte[BYTES];
    for (int i = 0; i < FILES; i++) {
      random.nextBytes(content);
      Files.write(source.resolve("f" + i), content);
    }
  }

  @Override
  public void run(Cluster cluster) throws IOException, InterruptedException {
    cluster.cli(
        "exec", "--wait", "--verb", "COPY", "--recursive " + source + "/ '{{ directory }}/small/'");
  }

  @Override
  public void check(Cluster cluster) throws IOException {
    for (int node = 1; node <= Cluster.NODES; node++) {
      Path copies = cluster.nodeDirectory(node).resolve("small");
      for (int i = 0; i < FILES; i++) {
        if (Files.mismatch(source.resolve("f" + i), copies.resolve("f" + i)) != -1) {
          throw new IOException("node " + node + " has another file f" + i + " than was sent");
        }
      }
    }
  }

  @Override
  public void anchor() throws IOException, InterruptedException {
    List<List<String>> commands = new ArrayList<>();
    for (int node = 1; node <= Cluster.NODES; node++) {
      Path copy = directory.resolve("small-copy-" + node);
      commands.add(
          List.of("rsync", "-a", "-e", ssh.remoteShell(), source + "/", "127.0.0.1:" + copy + "/"));
    }
    Command.runAll(commands, directory.resolve("anchor.out"));
  }

  @Override
  public CpuUse anchorCpu() {
    return ssh.cpu();
  }
}
