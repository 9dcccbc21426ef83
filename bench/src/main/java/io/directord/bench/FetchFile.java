package io.directord.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A large file from every node. */
final class FetchFile implements Workload {
  private static final int BYTES = 100 * 1000 * 1000;

  private final Path directory;
  private final Path source;
  private final LoopbackSsh ssh;

  FetchFile(Path directory, LoopbackSsh ssh) {
    this.directory = directory;
    this.ssh = ssh;
    this.source = directory.resolve("fetched-blob");
  }

  @Override
  public String title() {
    return "fetch of 100 MB from six nodes";
  }

  @Override
  public String anchorTitle() {
    return "six scp at once";
  }

  @Override
  public boolean isOfTheOriginal() {
    return false;
  }

  @Override
  public Limit must() {
    return Limit.timesAnchor(2);
  }

  @Override
  public Limit wants() {
    return Limit.timesAnchor(1);
  }

  @Override
  public void prepare(Cluster cluster) throws IOException {
    try (InputStream random = Files.newInputStream(Path.of("/dev/urandom"))) {
      Files.write(source, random.readNBytes(BYTES));
    }
    for (int node = 1; node <= Cluster.NODES; node++) {
      Files.deleteIfExists(brought(node));
      Files.deleteIfExists(copy(node));
    }
  }

  @Override
  public void run(Cluster cluster) throws IOException, InterruptedException {
    cluster.cli("fetch", source.toString(), directory.resolve("brought").toString());
  }

  @Override
  public void check(Cluster cluster) throws IOException {
    for (int node = 1; node <= Cluster.NODES; node++) {
      if (Files.mismatch(source, brought(node)) != -1) {
        throw new IOException("another file came from node " + node);
      }
    }
  }

  @Override
  public void anchor() throws IOException, InterruptedException {
    List<List<String>> commands = new ArrayList<>();
    for (int node = 1; node <= Cluster.NODES; node++) {
      commands.add(ssh.words("scp", "127.0.0.1:" + source, copy(node).toString()));
    }
    Command.runAll(commands, directory.resolve("anchor.out"));
  }

  @Override
  public CpuUse anchorCpu() {
    return ssh.cpu();
  }

  private Path brought(int node) {
    return directory.resolve("brought").resolve(Cluster.name(node) + source);
  }

  private Path copy(int node) {
    return directory.resolve("scp-" + node);
  }
}
