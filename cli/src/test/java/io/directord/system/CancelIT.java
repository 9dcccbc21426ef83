package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.cli.TestCluster;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.Outcome.Reason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that are cancelled while their node is away. */
class CancelIT {
  private static final String NODE = "node-1";

  @TempDir Path directory;

  @Test
  void aJobThatNeverReachedItsNodeLeavesOutTheLaterOnesOfItsParentThere() {
    try (TestCluster cluster = new TestCluster(directory)) {
      // It must not expire while it is away.
      cluster.set("DIRECTORD_HEARTBEAT_INTERVAL", "60");
      Jobs jobs = new Jobs(cluster);
      Ledger ledger = new Ledger(cluster, "ran");
      cluster.startServer();
      cluster.startClient(NODE);
      cluster.awaitActive(1);
      // What is sent to it now is lost with its connection.
      cluster.client(NODE).freeze();
      String steps = "  - RUN: " + ledger.add(1) + "\n  - RUN: " + ledger.add(2) + "\n";
      String file = cluster.write("o.yaml", "- name: two\n  jobs:\n" + steps).toString();
      cluster.run("orchestrate", file).expect(0);
      List<JobSummary> two = jobs.of("two");
      awaiting("they are sent").until(() -> jobs.on(two.get(1).id(), NODE).state() == State.SENT);
      cluster.client(NODE).kill();

      cluster.run("manage", "--cancel", two.get(0).id().toString()).expect(0);
      cluster.startClient(NODE);

      jobs.awaitAllEnded();
      assertEquals(Reason.CANCELLED, jobs.on(two.get(0).id(), NODE).reason());
      assertEquals(Reason.OMITTED, jobs.on(two.get(1).id(), NODE).reason());
      assertEquals(List.of(), ledger.of(NODE));
    }
  }
}
