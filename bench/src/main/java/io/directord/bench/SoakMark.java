package io.directord.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;

/**
 * The state of an idle cluster at one moment of a soak.
 *
 * @param at since the beginning
 * @param disturbance what was done to the cluster before
 * @param nodes the worst of them, figure by figure
 */
record SoakMark(
    Duration at,
    String disturbance,
    Vitals server,
    Vitals nodes,
    Disk disk,
    int submitted,
    int lost) {

  /**
   * What it takes of the disk.
   *
   * @param store megabytes of what the server keeps
   * @param journals megabytes of the largest node's state
   */
  record Disk(double store, double journals) {
    Disk with(Disk other, DoubleBinaryOperator choice) {
      return new Disk(
          choice.applyAsDouble(store, other.store), choice.applyAsDouble(journals, other.journals));
    }
  }

  /** Tolerances: smaller differences are noise. */
  private static final double FACTOR = 1.25;

  private static final double SLACK_MEGABYTES = 12;
  private static final int SLACK_DESCRIPTORS = 8;

  /** Threads of lanes stay for half a minute after their work. */
  private static final int SLACK_THREADS = 32;

  static SoakMark of(Cluster cluster, Duration at, String disturbance, SoakLoad load)
      throws IOException, InterruptedException {
    List<Vitals> nodes = new ArrayList<>();
    for (ProcessHandle node : cluster.nodeProcesses()) {
      nodes.add(Vitals.of(node));
    }
    double journals = 0;
    for (int node = 1; node <= nodes.size(); node++) {
      journals = Math.max(journals, size(cluster.nodeDirectory(node).resolveSibling("state")));
    }
    return new SoakMark(
        at,
        disturbance,
        Vitals.of(cluster.serverProcess()),
        nodes.stream().reduce((a, b) -> a.with(b, Math::max)).orElseThrow(),
        new Disk(size(cluster.serverDirectory()), journals),
        load.submitted(),
        load.lost());
  }

  static MarkdownTable table(List<SoakMark> marks) {
    MarkdownTable table =
        new MarkdownTable(
            "minute",
            "before it",
            "server PSS",
            "heap",
            "fds",
            "threads",
            "store",
            "node PSS",
            "heap",
            "fds",
            "threads",
            "journal",
            "jobs",
            "lost");
    marks.forEach(mark -> mark.addTo(table));
    return table;
  }

  private void addTo(MarkdownTable table) {
    table.add(
        format(at.toMillis() / 60_000.0),
        disturbance,
        format(server.megabytes()),
        format(server.heap()),
        server.descriptors(),
        server.threads(),
        format(disk.store),
        format(nodes.megabytes()),
        format(nodes.heap()),
        nodes.descriptors(),
        nodes.threads(),
        format(disk.journals),
        submitted,
        lost);
  }

  /**
   * Describes what has grown; empty if nothing has. A figure has grown if the least of the last
   * three marks is above the greatest of the first third, so that noise does not count.
   */
  static List<String> grown(List<SoakMark> marks) {
    int third = Math.max(1, marks.size() / 3);
    SoakMark first = choice(marks.subList(0, third), Math::max);
    SoakMark last =
        choice(marks.subList(Math.max(third, marks.size() - 3), marks.size()), Math::min);
    return last.grownSince(first, marks.get(marks.size() - 1).lost);
  }

  private static SoakMark choice(List<SoakMark> marks, DoubleBinaryOperator choice) {
    return marks.stream().reduce((a, b) -> a.with(b, choice)).orElseThrow();
  }

  private SoakMark with(SoakMark other, DoubleBinaryOperator choice) {
    return new SoakMark(
        at,
        disturbance,
        server.with(other.server, choice),
        nodes.with(other.nodes, choice),
        disk.with(other.disk, choice),
        submitted,
        lost);
  }

  private List<String> grownSince(SoakMark before, int lostSoFar) {
    List<String> grown = new ArrayList<>();
    megabytes(grown, "the server's memory", before.server.megabytes(), server.megabytes());
    megabytes(grown, "the server's heap", before.server.heap(), server.heap());
    descriptors(grown, "the server", before.server.descriptors(), server.descriptors());
    threads(grown, "the server", before.server.threads(), server.threads());
    megabytes(grown, "the store", before.disk.store, disk.store);
    megabytes(grown, "a node's memory", before.nodes.megabytes(), nodes.megabytes());
    megabytes(grown, "a node's heap", before.nodes.heap(), nodes.heap());
    descriptors(grown, "a node", before.nodes.descriptors(), nodes.descriptors());
    threads(grown, "a node", before.nodes.threads(), nodes.threads());
    megabytes(grown, "a node's journal", before.disk.journals, disk.journals);
    if (lostSoFar > 0) {
      grown.add(lostSoFar + " results were lost with nodes that were healthy");
    }
    return grown;
  }

  private static void megabytes(List<String> grown, String what, double before, double now) {
    if (now > before * FACTOR + SLACK_MEGABYTES) {
      grown.add(what + " has grown from " + format(before) + " to " + format(now) + " MB");
    }
  }

  private static void descriptors(List<String> grown, String whose, int before, int now) {
    if (now > before + SLACK_DESCRIPTORS) {
      grown.add(whose + " has " + now + " descriptors open, before " + before);
    }
  }

  private static void threads(List<String> grown, String whose, int before, int now) {
    if (now > before + SLACK_THREADS) {
      grown.add(whose + " has " + now + " threads, before " + before);
    }
  }

  private static String format(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static double size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(SoakMark::length).sum() / 1e6;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      // The file was replaced or removed in the meantime.
      return 0;
    }
  }
}
