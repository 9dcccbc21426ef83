package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.JobSummary;
import io.directord.common.job.Job;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of the server, at all times. */
class ServerKilledIT {
  private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, NODES.size());
    jobs = new Jobs(cluster);
  }

  @Test
  void whatWasAcknowledgedIsDoneThoughTheServerDiesAtOnce() {
    Ledger ledger = new Ledger(cluster, "at-once");
    cluster.run("orchestrate", ledger.orchestration(40)).expect(0);
    cluster.server().kill();
    cluster.startServer();
    jobs.awaitAllEnded();
    expectEachOnce(ledger, 40);
  }

  @Test
  void anOrchestrationSurvivesManyDeathsOfTheServerAndSoDoesWhoWaitsForIt() {
    int count = 120;
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Ledger ledger = new Ledger(cluster, "many-deaths");
    TestProcess waiting = cluster.background("orchestrate", ledger.orchestration(count), "--wait");
    int killAt = 0;
    for (int deaths = 0; deaths < 4; deaths++) {
      killAt += 1 + random.nextInt(count / 4 - 1);
      int lines = killAt;
      awaiting(lines + " jobs ran, seed " + seed).until(() -> ledger.of("node-2").size() >= lines);
      cluster.server().kill();
      cluster.startServer();
    }
    assertEquals(0, Processes.awaitEnd(waiting), () -> waiting.log() + cluster.logs());
    assertEquals(
        count, waiting.log().lines().filter(line -> line.startsWith("Job Success: ")).count());
    expectEachOnce(ledger, count);
  }

  @Test
  void aSubmissionThatBrokeMayBeRepeatedAndRunsOnce() throws Exception {
    Ledger ledger = new Ledger(cluster, "repeated");
    List<Job> submitted =
        Ledger.numbers(40).stream().map(number -> Jobs.run(ledger.add(number))).toList();
    for (int round = 0; round < 2; round++) {
      CompletableFuture<Void> submission =
          CompletableFuture.runAsync(() -> submitted.forEach(ServerKilledIT::submitUntilAnswered));
      int before = ledger.of("node-1").size();
      awaiting("some jobs ran")
          .until(() -> ledger.of("node-1").size() > before || submission.isDone());
      cluster.server().kill();
      cluster.startServer();
      submission.get();
    }
    jobs.awaitAllEnded();
    expectEachOnce(ledger, 40);
  }

  /** As docs/high-availability.md has it for one server: stop it, start the new one. */
  @Test
  void aServerWithFilesIsUpgradedUnderLoadAndLosesNothing() throws Exception {
    int count = 100;
    Ledger ledger = new Ledger(cluster, "upgraded");
    Ledger repeated = new Ledger(cluster, "upgraded-repeated");
    TestProcess waiting = cluster.background("orchestrate", ledger.orchestration(count), "--wait");
    awaiting("some jobs ran").until(() -> ledger.of("node-2").size() >= 5);
    List<Job> submitted =
        Ledger.numbers(20).stream().map(number -> Jobs.run(repeated.add(number))).toList();
    CompletableFuture<Void> submission =
        CompletableFuture.runAsync(() -> submitted.forEach(ServerKilledIT::submitUntilAnswered));
    assertEquals(0, cluster.server().stop(), cluster::logs);
    cluster.startServer();
    submission.get();
    assertEquals(0, Processes.awaitEnd(waiting), () -> waiting.log() + cluster.logs());
    jobs.awaitAllEnded();
    expectEachOnce(ledger, count);
    expectEachOnce(repeated, 20);
  }

  @Test
  void aJobThatOutlivesTheServerIsAnsweredToTheNextOne() {
    Ledger ledger = new Ledger(cluster, "long");
    Path gate = ledger.directory().resolve("gate");
    var job =
        jobs.submit(
            ledger.add("begun") + "; until test -e " + gate + "; do sleep 0.1; done; echo out",
            "node-1");
    awaiting("it runs").until(() -> !ledger.of("node-1").isEmpty());
    cluster.server().kill();
    cluster.write("long/gate", "");
    cluster.startServer();
    assertEquals("out\n", jobs.awaitEnd(job).nodes().get(0).stdout());
    assertEquals(List.of("begun"), ledger.of("node-1"));
  }

  private static void submitUntilAnswered(Job job) {
    awaiting("job is taken").until(() -> job.id().equals(jobs.submit(job)));
  }

  private static void expectEachOnce(Ledger ledger, int count) {
    for (String node : NODES) {
      assertEquals(Ledger.numbers(count), ledger.of(node), () -> node + "\n" + cluster.logs());
    }
    List<JobSummary> failed = jobs.all().stream().filter(job -> job.failed() > 0).toList();
    assertTrue(failed.isEmpty(), () -> failed + cluster.logs());
  }
}
