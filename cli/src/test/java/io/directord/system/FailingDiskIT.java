package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.Outcome.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disk that fails, or is mounted read-only, while it is in use, and comes back. */
class FailingDiskIT {
  private static final String NODE = "node-1";

  /** What is written may be gone, though a later sync succeeds. */
  private static final String ONLY_SYNCS = "-";

  @TempDir Path directory;
  @AutoClose private TestCluster cluster;
  private Jobs jobs;
  private Path error;

  @BeforeEach
  void prepare() throws Exception {
    cluster = new TestCluster(directory);
    jobs = new Jobs(cluster);
    error = directory.resolve("error");
    Path source = directory.resolve("failing-disk.c");
    try (InputStream in = FailingDiskIT.class.getResourceAsStream("failing-disk.c")) {
      Files.copy(in, source);
    }
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "needs a compiler to make a disk fail");
    Process compiler =
        new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", library(), source.toString(), "-ldl")
            .inheritIO()
            .start();
    assertEquals(0, compiler.waitFor());
  }

  @ParameterizedTest
  @CsvSource({
    "5, Input/output error",
    ONLY_SYNCS + "5, Input/output error",
    "30, Read-only file system"
  })
  void aServerWaitsForItsDiskSaysSoAndLosesNothing(int number, String reason) throws Exception {
    preload(cluster.state("server"));
    cluster.startServer();
    unload();
    Ledger ledger = new Ledger(cluster, "server-state");
    cluster.startClient(NODE);
    cluster.awaitActive(1);
    UUID running = jobs.submit(until("gate") + "echo out; " + ledger.add(1));
    UUID later = jobs.submit(ledger.add(2));
    awaiting("it runs").until(() -> jobs.on(running, NODE).state() == State.RUNNING);
    fail(number);
    cluster.write("gate", "");
    awaiting("the server says what it waits for")
        .until(
            () ->
                cluster.api().status().warnings().stream()
                    .anyMatch(warning -> warning.contains(reason)));
    Ran refused = cluster.run("exec", "--verb", "RUN", ledger.add(3));
    assertEquals(1, refused.status(), refused::toString);
    assertTrue(refused.err().contains(reason), refused::toString);
    // Of the store and of the audit log, that which is noticed first is told.
    assertTrue(
        refused.err().contains("no job is taken until it can be used")
            || refused.err().contains("nothing is taken that cannot be recorded"),
        refused::toString);
    Files.delete(error);
    assertEquals("out\n", jobs.awaitEnd(running).nodes().get(0).stdout());
    assertEquals(1, jobs.awaitEnd(later).summary().counts().succeeded());
    awaiting("nothing is in the way").until(() -> cluster.api().status().warnings().isEmpty());
    cluster.server().kill();
    cluster.startServer();
    assertEquals(1, jobs.awaitEnd(later).summary().counts().succeeded());
    assertEquals(List.of("1", "2"), ledger.of(NODE));
  }

  @ParameterizedTest
  @CsvSource({
    "5, Input/output error",
    ONLY_SYNCS + "5, Input/output error",
    "30, Read-only file system"
  })
  void aNodeRefusesJobsSaysWhyAndLosesNoResult(int number, String reason) throws Exception {
    Ledger ledger = new Ledger(cluster, "state");
    cluster.startServer();
    preload(cluster.state(NODE));
    cluster.startClient(NODE);
    unload();
    cluster.awaitActive(1);
    UUID running = jobs.submit(until("gate") + "echo out; " + ledger.add(1));
    awaiting("it runs").until(() -> jobs.on(running, NODE).state() == State.RUNNING);
    fail(number);
    NodeOutcome refused = jobs.awaitEnd(jobs.submit(ledger.add(2))).nodes().get(0);
    assertEquals(Reason.REFUSED, refused.reason(), refused::toString);
    assertTrue(refused.info().contains(reason), refused::info);
    cluster.write("gate", "");
    assertEquals("out\n", jobs.awaitEnd(running).nodes().get(0).stdout());
    Files.delete(error);
    assertEquals(1, jobs.awaitEnd(jobs.submit(ledger.add(3))).summary().succeeded());
    assertEquals(List.of("1", "3"), ledger.of(NODE));
  }

  private String library() {
    return directory.resolve("failing-disk.so").toString();
  }

  /** For the process that is started next. */
  private void preload(Path disk) {
    cluster.set("LD_PRELOAD", library());
    cluster.set("FAILING_DISK", disk.toString());
    cluster.set("FAILING_DISK_ERROR", error.toString());
  }

  private void unload() {
    cluster.set("LD_PRELOAD", null);
  }

  private void fail(int number) throws IOException {
    Path next = Files.writeString(directory.resolve("next"), Integer.toString(number));
    Files.move(next, error);
  }

  /** A piece of shell that waits until the test writes that file. */
  private String until(String gate) {
    return "until test -e " + directory.resolve(gate) + "; do sleep 0.1; done; ";
  }
}
