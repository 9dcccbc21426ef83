package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.JobSummary;
import io.directord.server.store.DatabaseServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server whose jobs are in a database, which ends and comes back, as it does itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatabaseContract {
  private static final List<String> NODES = List.of("node-1", "node-2");

  @TempDir static Path directory;
  @AutoClose private DatabaseServer database;
  @AutoClose private TestCluster cluster;
  private Jobs jobs;

  abstract DatabaseServer database(Path directory);

  TestCluster cluster() {
    return cluster;
  }

  @BeforeAll
  void start() {
    database = database(directory);
    cluster = new TestCluster(directory);
    cluster.set("DIRECTORD_DATASTORE", database.newDatabase());
    cluster.startServer();
    NODES.forEach(cluster::startClient);
    cluster.awaitActive(NODES.size());
    jobs = new Jobs(cluster);
  }

  @Test
  void whatWasAcknowledgedIsDoneThoughTheServerDiesAtOnce() {
    Ledger ledger = new Ledger(cluster, "at-once");
    cluster.run("orchestrate", ledger.orchestration(30)).expect(0);
    cluster.server().kill();
    cluster.startServer();
    jobs.awaitAllEnded();
    expectEachOnce(ledger, 30);
  }

  @Test
  void aRestartOfTheDatabaseUnderLoadLosesNothingAndRunsNothingTwice() {
    int count = 120;
    Ledger ledger = new Ledger(cluster, "restarts");
    TestProcess waiting = cluster.background("orchestrate", ledger.orchestration(count), "--wait");
    awaiting("some jobs ran").until(() -> ledger.of("node-2").size() >= 10);
    database.stop();
    awaiting("the server says what it waits for").until(() -> !warnings().isEmpty());
    Ran refused = cluster.run("exec", "--verb", "RUN", "true");
    assertEquals(1, refused.status(), refused::toString);
    assertTrue(
        refused.err().contains("no job is taken until it can be used; it is tried every second"),
        refused::toString);
    database.startAgain();
    int sofar = ledger.of("node-2").size();
    awaiting("it goes on").until(() -> ledger.of("node-2").size() >= Math.min(count, sofar + 10));
    database.kill();
    database.startAgain();
    assertEquals(0, Processes.awaitEnd(waiting), () -> waiting.log() + cluster.logs());
    awaiting("nothing is in the way").until(() -> warnings().isEmpty());
    jobs.awaitAllEnded();
    expectEachOnce(ledger, count);
  }

  @Test
  void itsPasswordIsNotShown() {
    String url = cluster.variable("DIRECTORD_DATASTORE");
    String shown = cluster.run("config", "show").expect(0).out();
    assertTrue(shown.contains(url.replace(database.password(), "***")), shown);
    String all = shown + cluster.logs();
    assertTrue(
        all.contains(
            "jobs are kept in " + url.replace(":" + database.password(), "").replace("//@", "//")),
        all);
    assertFalse(all.contains(database.password()), all);
  }

  private List<String> warnings() {
    try {
      return cluster.api().status().warnings();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void expectEachOnce(Ledger ledger, int count) {
    for (String node : NODES) {
      assertEquals(Ledger.numbers(count), ledger.of(node), () -> node + "\n" + cluster.logs());
    }
    List<JobSummary> failed = jobs.all().stream().filter(job -> job.failed() > 0).toList();
    assertTrue(failed.isEmpty(), () -> failed + cluster.logs());
  }
}
