package io.directord.bench;

import io.directord.bench.Measurement.Result;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code bench/run}: starts everything, measures, prints and keeps the figures, ends everything.
 */
@CommandLine.Command(
    name = "bench/run",
    description = {
      "Measures directord beside its anchors, in turns, and prints a table.",
      "The table, all samples and a plot are left in bench/target."
    },
    subcommands = {Soak.class, Steady.class},
    footer = {"", "Examples: bench/run jobs exec --runs 9", "          bench/run --quick"})
final class Bench implements Callable<Integer> {
  private static final Path PROGRAM = Path.of("cli/target/directord/bin/directord");
  private static final Path RESULTS = Path.of("bench/target");

  /** What can be measured. */
  enum Row {
    JOBS,
    FIRST,
    STORES,
    EXEC,
    NODES,
    COPY,
    LARGE,
    SMALL,
    TREE,
    FETCH,
    TARGETS,
    IDLE,
    CROWD
  }

  /** What a look at every part takes two minutes for. */
  private static final Set<Row> QUICK = EnumSet.of(Row.JOBS, Row.EXEC, Row.NODES, Row.COPY);

  @Parameters(arity = "0..*", paramLabel = "ROW", description = "${COMPLETION-CANDIDATES}; all.")
  private Set<Row> rows = EnumSet.allOf(Row.class);

  @Option(
      names = "--quick",
      description = "One run of JOBS, EXEC, NODES and COPY, in two minutes at most.")
  private boolean quick;

  @Option(
      names = "--history",
      paramLabel = "RELEASE",
      description = "Adds a line with the ratios, for that release, to bench/history.md.")
  private String release;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Counted runs of each, after one that is not; ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--crowd",
      paramLabel = "N",
      split = ",",
      defaultValue = "2000",
      description = "How many simulated nodes a server has for CROWD; ${DEFAULT-VALUE}.")
  private List<Integer> crowds;

  @Option(
      names = "--broker",
      description = "The nodes of CROWD meet the server at a NATS broker (nats-server).")
  private boolean broker;

  @Option(
      names = "--original",
      paramLabel = "DIR",
      description = "A checkout of Directord 0.12, to be measured in the same run.")
  private Path checkout;

  @Option(
      names = "--profile",
      description = "Record our server and one node, and print where they spent their time.")
  private boolean profile;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this.")
  private boolean help;

  private final List<Result> results = new ArrayList<>();
  private final Map<String, Idle> idle = new LinkedHashMap<>();
  private final List<Crowd> measuredCrowds = new ArrayList<>();
  private final BenchReport report = new BenchReport(results, idle, measuredCrowds);

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (quick) {
      rows = QUICK;
      runs = 1;
    }
    Path directory = Files.createTempDirectory("directord-bench");
    try {
      measureAll(directory);
    } finally {
      System.out.print(report.markdown());
    }
    if (!results.isEmpty()) {
      new Plot(results).save(RESULTS.resolve("results.png"));
    }
    if (release != null) {
      History.add(release, results, measuredCrowds);
    }
    delete(directory);
    return 0;
  }

  private void measureAll(Path directory) throws IOException, InterruptedException {
    if (!rows.equals(EnumSet.of(Row.CROWD))) {
      try (Cluster ours = ours(Files.createDirectory(directory.resolve("ours")), Map.of())) {
        ours.start();
        Optional<Cluster> original = original(directory);
        try {
          measure(ours, original, directory);
        } finally {
          original.ifPresent(Cluster::close);
        }
      }
    }
    if (rows.contains(Row.CROWD)) {
      measureCrowds(directory);
    }
  }

  private void measureCrowds(Path directory) throws IOException, InterruptedException {
    for (int nodes : crowds) {
      System.err.println("Measuring: " + nodes + " nodes on one server");
      Path own = Files.createDirectory(directory.resolve("crowd-" + nodes));
      try (Broker between = broker ? new Broker(own) : null;
          Cluster server = ours(own, broker ? between.environment() : Map.of())) {
        Optional<Path> recordings = profile ? Optional.of(RESULTS) : Optional.empty();
        measuredCrowds.add(Crowd.of(server, nodes, runs, own, recordings));
        if (broker) {
          System.out.println("The broker took " + between.seconds() + " processor seconds");
        }
      }
      keep();
    }
  }

  private void measure(Cluster ours, Optional<Cluster> original, Path directory)
      throws IOException, InterruptedException {
    List<Profile> profiles = profile ? profiles(ours) : List.of();
    Measurement measurement = new Measurement(ours, original);
    try (Databases databases = new Databases(directory)) {
      for (Workload work : works(directory, databases)) {
        System.err.println("Measuring: " + work.title());
        try (work) {
          results.add(measurement.of(work, runs));
        }
        keep();
      }
    }
    if (rows.contains(Row.IDLE)) {
      idle.put("ours", Idle.of(ours));
      if (original.isPresent()) {
        original.get().resume();
        idle.put("the original", Idle.of(original.get()));
      }
      keep();
    }
    for (Profile one : profiles) {
      System.out.print(one.markdown());
    }
  }

  private static List<Profile> profiles(Cluster ours) throws IOException, InterruptedException {
    return List.of(
        Profile.start("server", ours.serverProcess(), RESULTS),
        Profile.start("node-1", ours.nodeProcesses().get(0), RESULTS));
  }

  /** Prints and keeps all figures so far, since later measurements may fail or be interrupted. */
  private void keep() throws IOException {
    Files.writeString(RESULTS.resolve("results.md"), report.markdown());
    Files.write(RESULTS.resolve("results.json"), Json.bytes(report.json()));
  }

  private List<Workload> works(Path directory, Databases databases) throws IOException {
    List<Workload> works = new ArrayList<>();
    LoopbackSsh ssh = new LoopbackSsh(directory);
    for (Row row : rows) {
      switch (row) {
        case JOBS -> works.add(new ManyJobs(directory));
        case FIRST -> works.add(JobsElsewhere.first(directory, own -> ours(own, Map.of())));
        case STORES -> {
          works.add(stored("memory", directory, () -> "memory"));
          works.add(stored("Redis", directory, databases::redis));
          works.add(stored("PostgreSQL", directory, databases::postgresql));
        }
        case EXEC -> works.add(new OneJob(directory));
        case NODES -> works.add(new ListNodes(directory));
        case COPY -> works.add(CopyFile.toAll(directory, ssh));
        case LARGE -> works.add(CopyFile.large(directory, ssh));
        case SMALL -> works.add(new CopySmallFiles(directory, ssh));
        case TREE -> works.add(new CopyTree(directory, ssh));
        case FETCH -> works.add(new FetchFile(directory, ssh));
        case TARGETS -> works.add(new ResolveTargets(directory));
        case IDLE, CROWD -> {}
      }
    }
    return works;
  }

  /** Starts a store and says what the setting {@code datastore} is for it. */
  private interface Datastore {
    String start() throws IOException, InterruptedException;
  }

  private static Workload stored(String store, Path directory, Datastore datastore)
      throws IOException {
    return JobsElsewhere.stored(
        store, directory, own -> ours(own, Map.of("DIRECTORD_DATASTORE", datastore.start())));
  }

  /**
   * @param own empty
   */
  static Cluster ours(Path own, Map<String, String> more) throws IOException {
    return new Cluster(List.of(PROGRAM.toAbsolutePath().toString()), more, own);
  }

  private Optional<Cluster> original(Path directory) throws IOException, InterruptedException {
    if (checkout == null) {
      return Optional.empty();
    }
    Path own = Files.createDirectory(directory.resolve("original"));
    Cluster cluster = Original.in(checkout, own);
    cluster.start();
    cluster.hold();
    return Optional.of(cluster);
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
