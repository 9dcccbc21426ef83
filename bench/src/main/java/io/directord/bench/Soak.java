package io.directord.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * {@code bench/run soak}: keeps a cluster busy and disturbs it, and measures its resources every
 * minute while it is idle. At the end they must be what they were at the beginning.
 */
@CommandLine.Command(
    name = "soak",
    description = {
      "Keeps a server and nodes busy with jobs, followers and floods, kills and stops them and sets"
          + " their clocks, and notes every minute what they hold, in bench/target/soak.md.",
      "Its exit status is 1 if something has grown, or was lost."
    })
final class Soak implements Callable<Integer> {
  private static final Path RESULTS = Path.of("bench/target/soak.md");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Expiry is three of them. */
  private static final int HEARTBEAT_SECONDS = 5;

  private static final Duration STOPPED = Duration.ofSeconds(20);

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "30",
      description = "For how long; ${DEFAULT-VALUE}.")
  private int minutes;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this.")
  private boolean help;

  private final List<SoakMark> marks = new ArrayList<>();

  /** A disturbance of the cluster. */
  private record Disturbance(String name, Action action) {
    private interface Action {
      void run(Cluster cluster, SettableClock clock) throws IOException, InterruptedException;
    }
  }

  private static final List<Disturbance> DISTURBANCES =
      List.of(
          new Disturbance("nothing", (cluster, clock) -> {}),
          new Disturbance("clock + 10 min", (cluster, clock) -> set(clock, Duration.ofMinutes(10))),
          new Disturbance("server stopped", (cluster, clock) -> cluster.stopServer(STOPPED)),
          new Disturbance("clock + 1 y", (cluster, clock) -> set(clock, Duration.ofDays(365))),
          new Disturbance("clock right", (cluster, clock) -> set(clock, Duration.ZERO)),
          new Disturbance("client killed", (cluster, clock) -> cluster.killNode()),
          new Disturbance("clock - 1 h", (cluster, clock) -> set(clock, Duration.ofHours(-1))),
          new Disturbance("server killed", (cluster, clock) -> cluster.killServer()));

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("directord-soak");
    SettableClock clock = new SettableClock(directory);
    if (!clock.canBeSet()) {
      System.err.println("libfaketime is not installed: no clock is set");
    }
    Map<String, String> environment = new HashMap<>(clock.environment());
    environment.put("DIRECTORD_HEARTBEAT_INTERVAL", Integer.toString(HEARTBEAT_SECONDS));
    environment.put("DIRECTORD_RETAIN_JOBS", "200");
    Path own = Files.createDirectory(directory.resolve("cluster"));
    try (Cluster cluster = Bench.ours(own, environment)) {
      cluster.start();
      try (SoakLoad load = new SoakLoad(cluster)) {
        load.start();
        soak(cluster, clock, load);
      }
    } finally {
      System.out.print(SoakMark.table(marks));
    }
    return verdict(directory);
  }

  private void soak(Cluster cluster, SettableClock clock, SoakLoad load)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    String before = "start";
    for (int minute = 1; minute <= minutes; minute++) {
      sleepUntil(start + minute * MINUTE.toNanos());
      load.hold();
      Duration at = Duration.ofNanos(System.nanoTime() - start);
      marks.add(SoakMark.of(cluster, at, before, load));
      Files.writeString(RESULTS, SoakMark.table(marks).toString());
      load.goOn();
      Disturbance next = DISTURBANCES.get(minute % DISTURBANCES.size());
      before = next.name();
      next.action().run(cluster, clock);
    }
  }

  private int verdict(Path directory) {
    List<String> grown = SoakMark.grown(marks);
    if (grown.isEmpty()) {
      System.out.println("After " + minutes + " minutes nothing has grown, and nothing was lost.");
      return 0;
    }
    grown.forEach(System.out::println);
    System.out.println("The logs are in " + directory);
    return 1;
  }

  private static void set(SettableClock clock, Duration offset) throws IOException {
    if (clock.canBeSet()) {
      clock.set(offset);
    }
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      Thread.sleep(Duration.ofNanos(left).toMillis());
    }
  }
}
