package io.directord.bench;

import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A server of its own with many simulated nodes.
 *
 * @param nodes how many
 * @param joined from the start of server and simulators until all were there
 * @param noOp {@code exec --wait --verb RUN true}, answered by all, the whole process
 * @param list {@code manage --list-nodes}, the whole process
 * @param back from the start of a server, after the first was killed, until all were there
 * @param megabytes the server's share of memory (PSS) in the end
 * @param cpuPercent of one core, the server's while nothing happens
 */
record Crowd(
    int nodes,
    Phase joined,
    Phase noOp,
    Phase list,
    Phase back,
    double megabytes,
    double cpuPercent) {
  /** In the environment, the port that the nodes connect to if that is not the server's. */
  static final String PORT = "BENCH_BROKER_PORT";

  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration WATCH = Duration.ofSeconds(10);

  /**
   * @param seconds by the clock
   * @param server its processor seconds, mean of the runs
   */
  record Phase(Samples seconds, double server) {}

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  /**
   * @param cluster not started yet
   * @param directory for the logs of the simulators
   * @param recordings where a recording of the server is left, from the first join to the last
   *     list; empty for none
   * @throws IOException if not all nodes have joined in time, with the ends of the logs
   */
  static Crowd of(Cluster cluster, int nodes, int runs, Path directory, Optional<Path> recordings)
      throws IOException, InterruptedException {
    try (Simulators simulators = new Simulators(directory)) {
      try {
        return measured(cluster, simulators, nodes, runs, recordings);
      } catch (IOException e) {
        throw new IOException(
            e.getMessage() + "\n" + cluster.serverLog() + " is the server's\n" + simulators.said(),
            e);
      }
    }
  }

  private static Crowd measured(
      Cluster cluster, Simulators simulators, int nodes, int runs, Optional<Path> recordings)
      throws IOException, InterruptedException {
    cluster.startServer();
    Profile profile = recordings.isPresent() ? profile(cluster, recordings.get()) : null;
    Phase joined =
        phase(
            cluster,
            1,
            () -> {
              String port =
                  cluster
                      .environment()
                      .getOrDefault(PORT, cluster.environment().get("DIRECTORD_MSG_PORT"));
              simulators.start("127.0.0.1", port, cluster.environment(), nodes);
              awaitAll(cluster, simulators, nodes);
            });
    noOp(cluster);
    Phase noOp = phase(cluster, runs, () -> noOp(cluster));
    list(cluster);
    Phase list = phase(cluster, runs, () -> list(cluster));
    if (profile != null) {
      System.out.print(profile.markdown());
    }
    cluster.killServer();
    Phase back = phase(cluster, 1, () -> awaitAll(cluster, simulators, nodes));
    double before = serverSeconds(cluster);
    Thread.sleep(WATCH.toMillis());
    double used = serverSeconds(cluster) - before;
    double megabytes = Idle.pss(cluster.serverProcess());
    return new Crowd(nodes, joined, noOp, list, back, megabytes, 100 * used / WATCH.toSeconds());
  }

  private static Profile profile(Cluster cluster, Path recordings)
      throws IOException, InterruptedException {
    while (!Files.exists(cluster.socket())) {
      Thread.sleep(100);
    }
    return Profile.start("crowd-server", cluster.serverProcess(), recordings);
  }

  private static double serverSeconds(Cluster cluster) {
    return cluster.cpu().roles().get(CpuUse.SERVER).total();
  }

  private static void list(Cluster cluster) throws IOException, InterruptedException {
    cluster.cli("manage", "--list-nodes");
  }

  private static void noOp(Cluster cluster) throws IOException, InterruptedException {
    cluster.cli("exec", "--wait", "--verb", "RUN", "--skip-cache true");
  }

  static void awaitAll(Cluster cluster, Simulators simulators, int nodes)
      throws IOException, InterruptedException {
    ServerConnection server = new ServerConnection(cluster.socket());
    long end = System.nanoTime() + TIMEOUT.toNanos();
    int active = 0;
    while (active < nodes) {
      simulators.requireAll();
      if (System.nanoTime() > end) {
        throw new IOException(
            "only "
                + active
                + " of "
                + nodes
                + " nodes are there after "
                + TIMEOUT.toSeconds()
                + " s");
      }
      Thread.sleep(100);
      active = active(server);
    }
  }

  private static int active(ServerConnection server) {
    try {
      return server.status().activeNodes();
    } catch (IOException starting) {
      return 0;
    }
  }

  private static Phase phase(Cluster cluster, int runs, Step step)
      throws IOException, InterruptedException {
    double before = serverSeconds(cluster);
    List<Double> seconds = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      long start = System.nanoTime();
      step.run();
      seconds.add((System.nanoTime() - start) / 1e9);
    }
    return new Phase(new Samples(seconds), (serverSeconds(cluster) - before) / runs);
  }
}
