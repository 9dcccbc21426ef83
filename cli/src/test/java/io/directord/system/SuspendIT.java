package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.Outcome.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are stopped for longer than nodes may be silent, as by a suspended machine. */
class SuspendIT {
  private static final String NODE = "node-1";

  /** Three heartbeat intervals, and more. */
  private static final Duration LONG = Duration.ofSeconds(9);

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    cluster = new TestCluster(directory);
    jobs = new Jobs(cluster);
    cluster.set("DIRECTORD_HEARTBEAT_INTERVAL", "2");
    cluster.startServer();
    cluster.startClient(NODE);
    cluster.awaitActive(1);
  }

  @Test
  void aServerThatWasStoppedLosesNothing() {
    Ledger ledger = new Ledger(cluster, "server");
    UUID job = running(ledger);

    pause(cluster.server());

    awaiting("the server has noticed")
        .until(() -> cluster.server().log().contains("the server did not run for"));
    cluster.awaitActive(1);
    assertEquals(State.RUNNING, jobs.on(job, NODE).state());
    cluster.write("server/gate", "");
    awaiting("it succeeds").until(() -> jobs.on(job, NODE).state() == State.SUCCEEDED);
    assertEquals(List.of("1"), ledger.of(NODE));
  }

  @Test
  void commandsSayThatAStoppedServerDoesNotAnswerAndGoOnWithIt() {
    TestProcess server = cluster.server();
    String copy = cluster.write("source", "x") + " " + directory.resolve("placed");
    server.freeze();
    try {
      List<TestProcess> commands =
          List.of(
              cluster.background("manage", "--list-nodes"),
              cluster.background("exec", "--verb", "RUN", "true"),
              cluster.background("exec", "--verb", "COPY", copy),
              cluster.background("exec", "--wait", "--verb", "RUN", "--skip-cache true"));
      for (TestProcess command : commands) {
        awaiting("it is told")
            .until(
                () ->
                    command
                        .log()
                        .contains(
                            "not answer yet; the request is given up if it is silent for 60"));
      }
      server.thaw();
      for (TestProcess command : commands) {
        assertEquals(0, Processes.awaitEnd(command), command::log);
      }
    } finally {
      server.thaw();
    }
    cluster.awaitActive(1);
  }

  @Test
  void whatEndsWhileTheClientIsStoppedCounts() {
    Ledger ledger = new Ledger(cluster, "client");
    UUID job = running(ledger);
    TestProcess client = cluster.client(NODE);

    client.freeze();
    cluster.write("client/gate", "");
    awaiting("it is lost").until(() -> jobs.on(job, NODE).reason() == Reason.LOST);
    awaiting("it ran").until(() -> !ledger.of(NODE).isEmpty());
    client.thaw();

    awaiting("it succeeds").until(() -> jobs.on(job, NODE).state() == State.SUCCEEDED);
    assertTrue(jobs.on(job, NODE).stdout().startsWith("result"));
    cluster.awaitActive(1);
  }

  @Test
  void whatHadNotBegunWhenItsNodeWasGivenUpDoesNotBeginWhenTheClientGoesOn() {
    Ledger ledger = new Ledger(cluster, "given-up");
    UUID job = running(ledger);
    UUID next = jobs.submit(ledger.add(2));
    // That it was sent does not mean that the node has it: the node itself says so.
    awaiting("it is queued")
        .until(() -> cluster.run("why", next + "", NODE).out().contains("waits behind job"));
    TestProcess client = cluster.client(NODE);

    client.freeze();
    cluster.write("given-up/gate", "");
    awaiting("both are lost").until(() -> jobs.on(next, NODE).reason() == Reason.LOST);
    awaiting("the first has run").until(() -> !ledger.of(NODE).isEmpty());
    client.thaw();

    awaiting("the first succeeds").until(() -> jobs.on(job, NODE).state() == State.SUCCEEDED);
    awaiting("the next is dropped").until(() -> jobs.on(next, NODE).reason() == Reason.NOT_STARTED);
    cluster.awaitActive(1);
    UUID later = jobs.submit(ledger.add(3));
    awaiting("later ones run").until(() -> jobs.on(later, NODE).state() == State.SUCCEEDED);
    assertEquals(List.of("1", "3"), ledger.of(NODE));
  }

  private static UUID running(Ledger ledger) {
    Path gate = ledger.directory().resolve("gate");
    UUID job =
        jobs.submit(
            "until test -e " + gate + "; do sleep 0.1; done; " + ledger.add(1) + "; echo result");
    awaiting("it runs").until(() -> jobs.on(job, NODE).state() == State.RUNNING);
    return job;
  }

  private static void pause(TestProcess process) {
    long end = System.nanoTime() + LONG.toNanos();
    process.freeze();
    try {
      awaiting("it was stopped for long").until(() -> System.nanoTime() - end > 0);
    } finally {
      process.thaw();
    }
  }
}
