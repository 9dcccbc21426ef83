package io.directord.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A large file of new random content to every node. */
final class CopyFile implements Workload {
  private static final int BYTES = 100 * 1000 * 1000;
  private static final String NAME = "blob";

  private final Path directory;
  private final Path source;

  CopyFile(Path directory) {
    this.directory = directory;
    this.source = directory.resolve(NAME);
  }

  @Override
  public String title() {
    return "COPY of 100 MB";
  }

  @Override
  public String anchorTitle() {
    return "six cp at once";
  }

  @Override
  public Limit must() {
    return Limit.seconds(4);
  }

  @Override
  public Limit wants() {
    return Limit.timesAnchor(2);
  }

  @Override
  public void prepare(Cluster cluster) throws IOException {
    try (InputStream random = Files.newInputStream(Path.of("/dev/urandom"))) {
      Files.write(source, random.readNBytes(BYTES));
    }
    for (int node = 1; node <= Cluster.NODES; node++) {
      Files.deleteIfExists(cluster.nodeDirectory(node).resolve(NAME));
      Files.deleteIfExists(copy(node));
    }
  }

  @Override
  public void run(Cluster cluster) throws IOException, InterruptedException {
    String arguments = "--skip-cache " + source + " '{{ directory }}/" + NAME + "'";
    cluster.cli("exec", "--wait", "--verb", "COPY", arguments);
  }

  @Override
  public void check(Cluster cluster) throws IOException {
    for (int node = 1; node <= Cluster.NODES; node++) {
      if (Files.mismatch(source, cluster.nodeDirectory(node).resolve(NAME)) != -1) {
        throw new IOException("node " + node + " has another file than was sent");
      }
    }
  }

  @Override
  public void anchor() throws IOException, InterruptedException {
    List<Process> copies = new ArrayList<>();
    for (int node = 1; node <= Cluster.NODES; node++) {
      List<String> words = List.of("cp", source.toString(), copy(node).toString());
      copies.add(Command.start(words, Map.of(), directory.resolve("anchor.out")));
    }
    for (Process copy : copies) {
      if (copy.waitFor() != 0) {
        throw new IOException("cp failed: " + Command.tail(directory.resolve("anchor.out")));
      }
    }
  }

  private Path copy(int node) {
    return directory.resolve("copy-" + node);
  }
}
