package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.client.ClientStatus;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.Outcome.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up, wherever it is. */
class FullDiskIT {
  private static final String NODE = "node-1";

  /** More than is left of a block that a file has begun. */
  private static final String LONG = "x".repeat(20_000);

  @TempDir Path directory;
  private TestCluster cluster;
  private Jobs jobs;
  private TinyDisk disk;

  @BeforeEach
  void prepare() {
    cluster = new TestCluster(directory);
    jobs = new Jobs(cluster);
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void aNodeThatCannotNoteJobsRefusesThemAndLosesNoResult() throws Exception {
    disk = TinyDisk.at(cluster.state(NODE), 1);
    Ledger ledger = new Ledger(cluster, "state");
    startBoth();
    UUID running = jobs.submit(until("gate") + "echo out; " + ledger.add(1));
    awaiting("it runs").until(() -> jobs.on(running, NODE).state() == State.RUNNING);
    disk.fill();
    cluster.server().kill();
    cluster.startServer();
    // A supervisor that hears the contrary would start the client again, and end what runs.
    awaiting("it is known to be connected")
        .until(() -> ClientStatus.isConnected(cluster.state(NODE)));
    cluster.awaitActive(1);
    UUID second = jobs.submit(ledger.add(2) + "; : " + LONG);
    NodeOutcome refused = jobs.awaitEnd(second).nodes().get(0);
    assertEquals(Reason.REFUSED, refused.reason(), refused::toString);
    assertTrue(refused.info().contains("No space left on device"), refused::info);
    cluster.write("gate", "");
    assertEquals("out\n", jobs.awaitEnd(running).nodes().get(0).stdout());
    disk.makeRoom();
    assertEquals(1, jobs.awaitEnd(jobs.submit(ledger.add(3))).summary().succeeded());
    assertEquals(List.of("1", "3"), ledger.of(NODE));
  }

  @Test
  void aNodeThatCannotKeepWhatAJobLeavesSaysSo() throws Exception {
    disk = TinyDisk.at(directory.resolve(NODE).resolve("cache"), 1);
    startBoth();
    disk.fill();
    cluster.run("exec", "--wait", "--verb", "ARG", "name " + LONG).expect(0);
    Ran said = cluster.run("manage", "--job-info", "last").expect(0);
    assertTrue(said.out().contains("in memory only"), said::toString);
    assertTrue(said.out().contains("No space left on device"), said::toString);
    requireLength();
    disk.makeRoom();
    cluster.run("exec", "--wait", "--verb", "ARG", "other 1").expect(0);
    cluster.client(NODE).kill();
    cluster.startClient(NODE);
    cluster.awaitActive(1);
    requireLength();
  }

  private void requireLength() {
    Ran echo =
        cluster
            .run("exec", "--stream", "--ignore-cache", "--verb", "RUN", "echo {{ name | length }}")
            .expect(0);
    assertTrue(echo.out().contains("\n" + LONG.length()), echo::toString);
  }

  @Test
  void aFileThatDoesNotFitLeavesTheDestinationAsItWas() throws Exception {
    Path target = directory.resolve("target");
    disk = TinyDisk.at(target, 2);
    startBoth();
    Path source = Files.write(directory.resolve("source"), new byte[3 << 20]);
    Path destination = Files.writeString(target.resolve("file"), "old");
    Ran ran = cluster.run("exec", "--wait", "--verb", "COPY", source + " " + destination);
    ran.expect(1);
    assertTrue(ran.err().contains("No space left on device"), ran::toString);
    assertEquals("old", Files.readString(destination));
    try (Stream<Path> files = Files.list(target)) {
      assertEquals(List.of(destination), files.toList());
    }
  }

  @Test
  void aServerWhoseDiskIsFullTakesNoJobsLosesNoneAndGoesOnByItselfWhenThereIsRoom()
      throws Exception {
    disk = TinyDisk.at(cluster.state("server"), 80);
    Ledger ledger = new Ledger(cluster, "server-state");
    startBoth();
    UUID running = jobs.submit(until("gate") + "yes | head -c 200000; " + ledger.add(1));
    UUID later = jobs.submit(ledger.add(2));
    awaiting("it runs").until(() -> jobs.on(running, NODE).state() == State.RUNNING);
    disk.fill();
    Ran refused = cluster.run("exec", "--verb", "RUN", ledger.add(3));
    assertEquals(1, refused.status(), refused::toString);
    assertTrue(refused.err().contains("no job is taken until there is room"), refused::toString);
    assertEquals(1, refused.err().lines().count(), refused::toString);
    cluster.write("gate", "");
    awaiting("the server says what it waits for")
        .until(
            () ->
                cluster.api().status().warnings().stream()
                    .anyMatch(warning -> warning.contains("No space left on device")));
    Ran nodes = cluster.run("manage", "--list-nodes").expect(0);
    assertTrue(nodes.out().contains(NODE), nodes::toString);
    assertTrue(nodes.err().contains("No space left on device"), nodes::toString);

    cluster.server().kill();
    cluster.startServer();
    cluster.awaitActive(1);
    assertTrue(cluster.server().isAlive(), cluster::logs);

    disk.makeRoom();
    assertEquals("y\n".repeat(100_000), jobs.awaitEnd(running).nodes().get(0).stdout());
    assertEquals(1, jobs.awaitEnd(later).summary().counts().succeeded());
    assertEquals(List.of("1", "2"), ledger.of(NODE));
    awaiting("nothing is in the way").until(() -> cluster.api().status().warnings().isEmpty());
  }

  private void startBoth() {
    cluster.startServer();
    cluster.startClient(NODE);
    cluster.awaitActive(1);
  }

  /** A piece of shell that waits until the test writes that file. */
  private String until(String gate) {
    return "until test -e " + directory.resolve(gate) + "; do sleep 0.1; done; ";
  }
}
