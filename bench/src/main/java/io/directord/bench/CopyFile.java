package io.directord.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A large file of new random content to some nodes. */
final class CopyFile implements Workload {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final String NAME = "blob";

  /** What directord uses, and faster than the default of ssh. */
  private static final String CIPHER = "aes256-gcm@openssh.com";

  private final String title;
  private final long bytes;
  private final int nodes;
  private final boolean synced;
  private final Path directory;
  private final Path source;
  private final LoopbackSsh ssh;

  private CopyFile(
      String title, long bytes, int nodes, boolean synced, Path directory, LoopbackSsh ssh) {
    this.title = title;
    this.bytes = bytes;
    this.nodes = nodes;
    this.synced = synced;
    this.directory = directory;
    this.source = directory.resolve(NAME);
    this.ssh = ssh;
  }

  static CopyFile toAll(Path directory, LoopbackSsh ssh) {
    return new CopyFile("COPY of 100 MB", 100_000_000, Cluster.NODES, false, directory, ssh);
  }

  /** So much that the disk decides: the anchor's files are synced, as ours are. */
  static CopyFile large(Path directory, LoopbackSsh ssh) {
    return new CopyFile("COPY of 1 GiB to three nodes", 1 << 30, 3, true, directory, ssh);
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public String anchorTitle() {
    return nodes + " scp at once" + (synced ? ", then sync" : "");
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
    try (InputStream random = Files.newInputStream(Path.of("/dev/urandom"));
        OutputStream out = Files.newOutputStream(source)) {
      for (long left = bytes; left > 0; left -= BUFFER_BYTES) {
        out.write(random.readNBytes((int) Math.min(left, BUFFER_BYTES)));
      }
    }
    remove(cluster);
  }

  private void remove(Cluster cluster) throws IOException {
    for (int node = 1; node <= nodes; node++) {
      Files.deleteIfExists(cluster.nodeDirectory(node).resolve(NAME));
      Files.deleteIfExists(copy(node));
    }
  }

  @Override
  public void run(Cluster cluster) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("exec", "--wait", "--target"));
    for (int node = 1; node <= nodes; node++) {
      words.add(Cluster.name(node));
    }
    words.addAll(
        List.of("--verb", "COPY", "--skip-cache " + source + " '{{ directory }}/" + NAME + "'"));
    cluster.cli(words.toArray(String[]::new));
  }

  @Override
  public void check(Cluster cluster) throws IOException {
    for (int node = 1; node <= nodes; node++) {
      if (Files.mismatch(source, cluster.nodeDirectory(node).resolve(NAME)) != -1) {
        throw new IOException("node " + node + " has another file than was sent");
      }
    }
    remove(cluster);
  }

  @Override
  public void anchor() throws IOException, InterruptedException {
    List<List<String>> commands = new ArrayList<>();
    List<String> sync = new ArrayList<>(List.of("sync"));
    for (int node = 1; node <= nodes; node++) {
      commands.add(ssh.words("scp", "-c", CIPHER, source.toString(), "127.0.0.1:" + copy(node)));
      sync.add(copy(node).toString());
    }
    Path output = directory.resolve("anchor.out");
    Command.runAll(commands, output);
    if (synced) {
      Command.run(sync, Map.of(), output);
    }
  }

  @Override
  public CpuUse anchorCpu() {
    return ssh.cpu();
  }

  private Path copy(int node) {
    return directory.resolve("copy-" + node);
  }
}
