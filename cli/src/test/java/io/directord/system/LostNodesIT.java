package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.Outcome.Reason;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node is cut off from the server until it has expired, and comes back. */
class LostNodesIT {
  private static final String NODE = "node-1";

  @TempDir static Path directory;
  private static TestCluster cluster;
  private static TcpProxy network;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    cluster = new TestCluster(directory);
    jobs = new Jobs(cluster);
    network = new TcpProxy(cluster.jobPort(), cluster.contentPort());
    // Expiry is three of them, which is awaited each time.
    cluster.set("DIRECTORD_HEARTBEAT_INTERVAL", "2");
    cluster.set("DIRECTORD_SERVER_ADDRESS", TcpProxy.ADDRESS);
    cluster.startServer();
    cluster.startClient(NODE);
    cluster.awaitActive(1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    network.close();
  }

  @AfterEach
  void mend() {
    network.speak();
    cluster.awaitActive(1);
  }

  @Test
  void theLateResultTakesThePlaceOfLost() {
    Ledger ledger = new Ledger(cluster, "late");
    Path gate = ledger.directory().resolve("gate");
    UUID job = jobs.submit(Jobs.until(gate) + ledger.add(1));
    awaiting("it runs").until(() -> jobs.on(job, NODE).state() == State.RUNNING);
    network.fallSilent();
    cluster.write("late/gate", "");
    NodeOutcome lost = jobs.awaitEnd(job).nodes().get(0);
    assertEquals(Reason.LOST, lost.reason(), lost::toString);
    assertTrue(lost.info().contains(NODE + " has not been heard of for"), lost::info);
    // What had looked alive turns out to be dead, and the node comes anew.
    network.cut();
    network.speak();
    jobs.awaitSuccess(job, NODE);
    assertEquals(1, jobs.view(job).summary().succeeded());
    assertEquals(List.of("1"), ledger.of(NODE));
  }

  @Test
  void aLostJobThatStillRunsGoesOnWhenItsNodeComesBackAndWhatIsQueuedIsDropped() {
    Ledger ledger = new Ledger(cluster, "goes-on");
    Path gate = ledger.directory().resolve("gate");
    UUID job = jobs.submit(Jobs.until(gate) + ledger.add(1) + "; echo result");
    UUID queued = jobs.submit(ledger.add(2));
    awaiting("it runs").until(() -> jobs.on(job, NODE).state() == State.RUNNING);
    awaiting("it is queued").until(() -> jobs.on(queued, NODE).state() == State.SENT);
    network.fallSilent();
    assertEquals(Reason.LOST, jobs.awaitEnd(job).nodes().get(0).reason());
    network.speak();
    awaiting("it is said to run")
        .until(() -> jobs.on(job, NODE).info().contains("the job still runs there"));
    awaiting("what had not begun is dropped")
        .until(() -> jobs.on(queued, NODE).reason() == Reason.NOT_STARTED);
    cluster.write("goes-on/gate", "");
    jobs.awaitSuccess(job, NODE);
    assertEquals("result\n", jobs.on(job, NODE).stdout());
    assertEquals(List.of("1"), ledger.of(NODE));
  }

  @Test
  void aNodeThatIsCutOffForSoLongThatItIsGivenUpBeginsNothing() {
    Ledger ledger = new Ledger(cluster, "cut-off");
    Path gate = ledger.directory().resolve("gate");
    UUID job = jobs.submit(Jobs.until(gate) + ledger.add(1));
    UUID queued = jobs.submit(ledger.add(2));
    awaiting("it runs").until(() -> jobs.on(job, NODE).state() == State.RUNNING);
    awaiting("it is queued").until(() -> jobs.on(queued, NODE).state() == State.SENT);
    network.fallSilent();
    awaiting("both are lost").until(() -> jobs.on(queued, NODE).reason() == Reason.LOST);
    cluster.write("cut-off/gate", "");
    awaiting("it ran").until(() -> !ledger.of(NODE).isEmpty());
    awaiting("the node says that the next one waits")
        .until(() -> cluster.client(NODE).log().contains("no job begins"));
    network.speak();
    jobs.awaitSuccess(job, NODE);
    awaiting("what had not begun is dropped")
        .until(() -> jobs.on(queued, NODE).reason() == Reason.NOT_STARTED);
    assertEquals(List.of("1"), ledger.of(NODE));
  }

  @Test
  void aLostJobThatStillRunsCanBeCancelled() {
    Ledger ledger = new Ledger(cluster, "cancelled");
    Path pidFile = ledger.directory().resolve("pid");
    UUID job = jobs.submit("echo $$ > " + pidFile + "; sleep 9876");
    long pid = Processes.awaitPid(pidFile);
    network.fallSilent();
    assertEquals(Reason.LOST, jobs.awaitEnd(job).nodes().get(0).reason());
    network.speak();
    awaiting("it is said to run")
        .until(() -> jobs.on(job, NODE).info().contains("the job still runs there"));
    cluster.run("manage", "--cancel", job.toString()).expect(0);
    Processes.awaitGone(pid, cluster);
    awaiting("its end is told").until(() -> jobs.on(job, NODE).reason() == Reason.CANCELLED);
  }

  /** What was on its way when the node was given up may arrive all the same. */
  @Test
  void whatIsSaidOfJobsThatWereOnTheirWayIsTrue() {
    Ledger ledger = new Ledger(cluster, "on-their-way");
    network.fallSilent();
    List<UUID> submitted =
        Ledger.numbers(20).stream().map(number -> jobs.submit(ledger.add(number))).toList();
    submitted.forEach(job -> assertEquals(Reason.LOST, jobs.awaitEnd(job).nodes().get(0).reason()));
    network.speak();
    awaiting("each job's result fits what it did")
        .untilAsserted(
            () -> {
              List<String> ran = ledger.of(NODE);
              for (int i = 0; i < submitted.size(); i++) {
                NodeOutcome outcome = jobs.on(submitted.get(i), NODE);
                int times = Collections.frequency(ran, Integer.toString(i + 1));
                boolean fits = outcome.state() == State.SUCCEEDED ? times == 1 : times == 0;
                assertTrue(fits, i + 1 + " ran " + times + " times: " + outcome);
              }
            });
  }
}
