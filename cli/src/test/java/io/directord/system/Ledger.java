package io.directord.system;

import io.directord.cli.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A file for each node, to which every job adds a line: what ran there, how often, in what order.
 */
final class Ledger {
  private final TestCluster cluster;
  private final Path directory;

  /**
   * @param name of its own within the cluster's directory
   */
  Ledger(TestCluster cluster, String name) {
    this.cluster = cluster;
    this.directory = cluster.write(name + "/README", "").getParent();
  }

  /** A shell command that adds that line on the node where it runs. */
  String add(Object line) {
    return "echo " + line + " >> " + directory + "/$" + TestCluster.NODE;
  }

  /** What ran on the node, oldest first. */
  List<String> of(String node) {
    try {
      Path file = directory.resolve(node);
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path directory() {
    return directory;
  }

  /** An orchestration of one parent whose jobs add 1 to n, each after a short while. */
  String orchestration(int jobs) {
    return file(
        "orchestration.yaml",
        "- jobs:\n"
            + numbers(jobs).stream()
                .map(number -> "  - RUN: sleep 0.02; " + add(number) + "\n")
                .collect(Collectors.joining()));
  }

  /** Writes an orchestration; its path. */
  String file(String name, String yaml) {
    return cluster.write(directory.getFileName() + "/" + name, yaml).toString();
  }

  /** What {@link #orchestration} leaves on every node. */
  static List<String> numbers(int n) {
    return IntStream.rangeClosed(1, n).mapToObj(Integer::toString).toList();
  }
}
