package io.directord.bench;

import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A server of its own with many simulated nodes.
 *
 * @param nodes how many
 * @param joined seconds from the start of server and simulators until all were there
 * @param noOp seconds of {@code exec --wait --verb RUN true}, answered by all, the whole process
 * @param list seconds of {@code manage --list-nodes}
 * @param back seconds from the start of a server, after the first was killed, until all were there
 * @param megabytes the server's share of memory (PSS) in the end
 * @param cpuPercent of one core, the server's while nothing happens
 */
record Crowd(
    int nodes,
    double joined,
    Samples noOp,
    Samples list,
    double back,
    double megabytes,
    double cpuPercent) {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration WATCH = Duration.ofSeconds(10);

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  /**
   * @param cluster not started yet
   * @param directory for the logs of the simulators
   * @throws IOException if not all nodes have joined in time, with the ends of the logs
   */
  static Crowd of(Cluster cluster, int nodes, int runs, Path directory)
      throws IOException, InterruptedException {
    try (Simulators simulators = new Simulators(directory)) {
      try {
        return measured(cluster, simulators, nodes, runs);
      } catch (IOException e) {
        throw new IOException(
            e.getMessage() + "\n" + cluster.serverLog() + " is the server's\n" + simulators.said(),
            e);
      }
    }
  }

  private static Crowd measured(Cluster cluster, Simulators simulators, int nodes, int runs)
      throws IOException, InterruptedException {
    cluster.startServer();
    double joined =
        seconds(
            () -> {
              String port = cluster.environment().get("DIRECTORD_MSG_PORT");
              simulators.start("tcp://127.0.0.1:" + port, cluster.environment(), nodes);
              awaitAll(cluster, simulators, nodes);
            });
    Samples noOp = samples(runs, () -> noOp(cluster));
    Samples list = samples(runs, () -> cluster.cli("manage", "--list-nodes"));
    cluster.killServer();
    double back = seconds(() -> awaitAll(cluster, simulators, nodes));
    double before = cluster.cpu().roles().get(CpuUse.SERVER).total();
    Thread.sleep(WATCH.toMillis());
    double used = cluster.cpu().roles().get(CpuUse.SERVER).total() - before;
    double megabytes = Idle.pss(cluster.serverProcess());
    return new Crowd(nodes, joined, noOp, list, back, megabytes, 100 * used / WATCH.toSeconds());
  }

  private static void noOp(Cluster cluster) throws IOException, InterruptedException {
    cluster.cli("exec", "--wait", "--verb", "RUN", "--skip-cache true");
  }

  private static void awaitAll(Cluster cluster, Simulators simulators, int nodes)
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

  private static Samples samples(int runs, Step step) throws IOException, InterruptedException {
    step.run();
    List<Double> seconds = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      seconds.add(seconds(step));
    }
    return new Samples(seconds);
  }

  private static double seconds(Step step) throws IOException, InterruptedException {
    long start = System.nanoTime();
    step.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
