package io.directord.bench;

import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * What a server has done since its start.
 *
 * @param nanos when this was, by a clock of this process
 * @param results of jobs, durable
 * @param garbageSeconds spent on collecting garbage
 * @param megabytes its share of memory (PSS) now
 * @param storeMegabytes size of its store now
 */
record SteadyMark(
    long nanos,
    double results,
    double processorSeconds,
    double garbageSeconds,
    double megabytes,
    double storeMegabytes) {

  static SteadyMark of(Cluster cluster) throws IOException {
    String metrics = new ServerConnection(cluster.socket()).metrics();
    return new SteadyMark(
        System.nanoTime(),
        sum(metrics, "directord_results_total"),
        sum(metrics, "process_cpu_seconds_total"),
        sum(metrics, "jvm_gc_collection_seconds_sum"),
        Idle.pss(cluster.serverProcess()),
        sum(metrics, "directord_store_bytes") / 1e6);
  }

  /** Of all label values. */
  static double sum(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /**
   * @param before another one of the same server
   * @param millis from submission to event, of the jobs that ended in between
   */
  void addTo(MarkdownTable table, int minute, SteadyMark before, List<Long> millis) {
    double seconds = (nanos - before.nanos) / 1e9;
    double done = results - before.results;
    List<Long> sorted = millis.stream().sorted().toList();
    table.add(
        minute,
        figure(done / seconds),
        figure(done / (processorSeconds - before.processorSeconds)),
        share(sorted, 0.5),
        share(sorted, 0.99),
        share(sorted, 1),
        String.format(
            Locale.ROOT, "%.1f", 100 * (garbageSeconds - before.garbageSeconds) / seconds),
        figure(megabytes),
        figure(storeMegabytes));
  }

  private static Object share(List<Long> sorted, double share) {
    int place = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.isEmpty() ? "–" : sorted.get(Math.max(0, place));
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }
}
