package io.directord.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The cost of a node's client while it is idle; a node may have several processes.
 *
 * @param megabytes its proportional share of memory (PSS), in 10^6 bytes, one sample a node
 * @param cpuPercent of one core, mean of all nodes
 */
record Idle(Samples megabytes, double cpuPercent) {
  /** Longer than the pause after which a client takes itself for idle. */
  private static final Duration SETTLE = Duration.ofSeconds(15);

  private static final Duration WATCH = Duration.ofSeconds(10);

  static Idle of(Cluster cluster) throws IOException, InterruptedException {
    Thread.sleep(SETTLE.toMillis());
    double before = cpuSeconds(cluster);
    Thread.sleep(WATCH.toMillis());
    double used = cpuSeconds(cluster) - before;
    List<Double> sizes = cluster.nodeProcesses().stream().map(Idle::megabytes).toList();
    return new Idle(new Samples(sizes), 100 * used / WATCH.toSeconds() / Cluster.NODES);
  }

  private static double cpuSeconds(Cluster cluster) {
    return cluster.cpu().roles().get(CpuUse.NODES).total();
  }

  private static double megabytes(ProcessHandle node) {
    return Stream.concat(Stream.of(node), node.descendants()).mapToDouble(Idle::pss).sum();
  }

  /** A process's share of memory in 10^6 bytes. */
  static double pss(ProcessHandle process) {
    Path file = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
    try (Stream<String> lines = Files.lines(file)) {
      String line = lines.filter(l -> l.startsWith("Pss:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
