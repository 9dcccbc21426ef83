package io.directord.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How a cluster stands at one moment of a soak, while it has nothing to do.
 *
 * @param at since the beginning
 * @param disturbance what happened before it
 * @param nodes the worst of them, figure by figure
 * @param store megabytes of what the server keeps
 * @param journals megabytes of the largest node's state
 */
record SoakMark(
    Duration at,
    String disturbance,
    Vitals server,
    Vitals nodes,
    double store,
    double journals,
    int submitted,
    int lost) {

  /** Beyond these a figure has grown; below, it differs from one moment to the next. */
  private static final double FACTOR = 1.25;

  private static final double SLACK_MEGABYTES = 12;
  private static final int SLACK_COUNT = 8;

  static SoakMark of(Cluster cluster, Duration at, String disturbance, SoakLoad load)
      throws IOException, InterruptedException {
    List<Vitals> nodes = new ArrayList<>();
    for (ProcessHandle node : cluster.nodeProcesses()) {
      nodes.add(Vitals.of(node));
    }
    double journals = 0;
    for (int node = 1; node <= nodes.size(); node++) {
      journals = Math.max(journals, size(cluster.nodeFolder(node).resolveSibling("state")));
    }
    return new SoakMark(
        at,
        disturbance,
        Vitals.of(cluster.serverProcess()),
        Vitals.worst(nodes),
        size(cluster.serverFolder()),
        journals,
        load.submitted(),
        load.lost());
  }

  static Table table(List<SoakMark> marks) {
    Table table =
        new Table(
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

  private void addTo(Table table) {
    table.add(
        format(at.toMillis() / 60_000.0),
        disturbance,
        format(server.megabytes()),
        format(server.heap()),
        server.descriptors(),
        server.threads(),
        format(store),
        format(nodes.megabytes()),
        format(nodes.heap()),
        nodes.descriptors(),
        nodes.threads(),
        format(journals),
        submitted,
        lost);
  }

  /** What has grown since an earlier mark, in words; empty if nothing has. */
  List<String> grownSince(SoakMark before) {
    List<String> grown = new ArrayList<>();
    megabytes(grown, "the server's memory", before.server.megabytes(), server.megabytes());
    megabytes(grown, "the server's heap", before.server.heap(), server.heap());
    count(grown, "the server's descriptors", before.server.descriptors(), server.descriptors());
    count(grown, "the server's threads", before.server.threads(), server.threads());
    megabytes(grown, "the store", before.store, store);
    megabytes(grown, "a node's memory", before.nodes.megabytes(), nodes.megabytes());
    megabytes(grown, "a node's heap", before.nodes.heap(), nodes.heap());
    count(grown, "a node's descriptors", before.nodes.descriptors(), nodes.descriptors());
    count(grown, "a node's threads", before.nodes.threads(), nodes.threads());
    megabytes(grown, "a node's journal", before.journals, journals);
    if (lost > 0) {
      grown.add(lost + " results were lost with nodes that were healthy");
    }
    return grown;
  }

  private static void megabytes(List<String> grown, String what, double before, double now) {
    if (now > before * FACTOR + SLACK_MEGABYTES) {
      grown.add(what + " has grown from " + format(before) + " to " + format(now) + " MB");
    }
  }

  private static void count(List<String> grown, String what, int before, int now) {
    if (now > before + SLACK_COUNT) {
      grown.add(what + " have grown from " + before + " to " + now);
    }
  }

  private static String format(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static double size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(SoakMark::length).sum() / 1e6;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      // Replaced or removed just now.
      return 0;
    }
  }
}
