package io.directord.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * {@code bench/run steady}: offers a server a steady number of results a second, and notes every
 * minute how many it took, what each cost and how late the news of them were.
 */
@CommandLine.Command(
    name = "steady",
    description = {
      "Offers a server a steady number of results a second, from simulated nodes that answer every"
          + " job at once, and notes every minute how many there were, how many a second of processor"
          + " time is enough for, how long it took from a job's submission to the event of its end,"
          + " and what was spent on garbage, in bench/target/steady.md."
    },
    footer = {"", "Example: bench/run steady --minutes 10 --rate 10000"})
final class Steady implements Callable<Integer> {
  private static final Path RESULTS = Path.of("bench/target/steady.md");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "10",
      description = "For how long; ${DEFAULT-VALUE}.")
  private int minutes;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Results a second; ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "100",
      description = "Simulated nodes, all of which answer every job; ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this.")
  private boolean help;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("directord-steady");
    Path own = Files.createDirectory(directory.resolve("server"));
    MarkdownTable table =
        new MarkdownTable(
            "minute",
            "results a second",
            "results for a second of the server's processor time",
            "ms from submission to event: half",
            "99 of 100",
            "most",
            "% of the time for garbage",
            "server's PSS, MB",
            "store, MB");
    try (Cluster cluster = Bench.ours(own, Map.of());
        Simulators simulators = new Simulators(directory)) {
      cluster.startServer();
      simulators.start(
          "127.0.0.1",
          cluster.environment().get("DIRECTORD_MSG_PORT"),
          cluster.environment(),
          nodes);
      Crowd.awaitAll(cluster, simulators, nodes);
      try (SteadyLoad load = new SteadyLoad(cluster, (double) rate / nodes)) {
        load.start();
        for (int minute = 1; minute <= minutes; minute++) {
          SteadyMark before = SteadyMark.of(cluster);
          load.latencies();
          Thread.sleep(MINUTE.toMillis());
          SteadyMark.of(cluster).addTo(table, minute, before, load.latencies());
          Files.writeString(RESULTS, table.toString());
          simulators.requireAll();
        }
      }
    } finally {
      System.out.print(table);
    }
    Bench.delete(directory);
    return 0;
  }
}
