package io.directord.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A directory of 10,000 files, of which 10 have changed, to one node. */
final class CopyTree implements Workload {
  private static final int DIRECTORIES = 100;
  private static final int FILES = 100;
  private static final int BYTES = 4096;
  private static final int CHANGED = 10;

  private final Path directory;
  private final Path source;
  private final Random random = new Random();
  private final LoopbackSsh ssh;

  CopyTree(Path directory, LoopbackSsh ssh) {
    this.directory = directory;
    this.ssh = ssh;
    this.source = directory.resolve("tree");
  }

  @Override
  public String title() {
    return "COPY --recursive, 10 of 10,000 files changed";
  }

  @Override
  public String anchorTitle() {
    return "rsync -a over ssh";
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
    return Limit.timesAnchor(1);
  }

  @Override
  public void prepare(Cluster cluster) throws IOException {
    if (!Files.exists(source)) {
      for (int i = 0; i < DIRECTORIES; i++) {
        Files.createDirectories(source.resolve("d" + i));
        for (int j = 0; j < FILES; j++) {
          write(i, j);
        }
      }
      try {
        run(cluster);
        anchor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    for (int i = 0; i < CHANGED; i++) {
      write(i, random.nextInt(FILES));
    }
  }

  private void write(int i, int j) throws IOException {
    byte[] content = new byte[BYTES];
    random.nextBytes(content);
    Files.write(source.resolve("d" + i).resolve("f" + j), content);
  }

  @Override
  public void run(Cluster cluster) throws IOException, InterruptedException {
    cluster.cli(
        "exec",
        "--wait",
        "--target",
        Cluster.name(1),
        "--verb",
        "COPY",
        "--recursive " + source + "/ '{{ directory }}/tree/'");
  }

  @Override
  public void check(Cluster cluster) throws IOException {
    for (int i = 0; i < DIRECTORIES; i++) {
      for (int j = 0; j < FILES; j++) {
        String path = "d" + i + "/f" + j;
        Path copy = cluster.nodeDirectory(1).resolve("tree").resolve(path);
        if (Files.mismatch(source.resolve(path), copy) != -1) {
          throw new IOException(path + " is another file than was sent");
        }
      }
    }
  }

  @Override
  public void anchor() throws IOException, InterruptedException {
    Command.run(
        List.of(
            "rsync",
            "-a",
            "-e",
            ssh.remoteShell(),
            source + "/",
            "127.0.0.1:" + directory.resolve("tree-copy") + "/"),
        Map.of(),
        directory.resolve("anchor.out"));
  }

  @Override
  public CpuUse anchorCpu() {
    return ssh.cpu();
  }
}
