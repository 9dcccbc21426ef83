package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.job.Outcome;
import io.directord.server.store.postgresql.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is backed up while it works, killed, and restored from the backup. */
class BackupIT {
  private static final List<String> NODES = List.of("node-1", "node-2");
  private static final int COUNT = 120;

  @TempDir Path directory;

  @Tag("long")
  @Test
  void nothingRunsTwiceAfterABackupUnderLoadIsRestored() throws IOException {
    try (TestCluster cluster = TestCluster.start(directory, NODES.size())) {
      Jobs jobs = new Jobs(cluster);
      Ledger ledger = new Ledger(cluster, "ledger");
      Path source = cluster.write("source", "content\n");
      Path copied = directory.resolve("copied");
      String held = "- jobs:\n  - COPY: " + source + " " + copied + "\n  targets: [node-3]\n";
      enrolAndLeave(cluster, "node-3");
      cluster.run("orchestrate", "--deadline", "1h", ledger.file("held.yaml", held)).expect(0);
      String nightly =
          ledger.file("nightly.yaml", "- jobs:\n  - RUN: " + ledger.add("nightly") + "\n");
      cluster.run("schedule", "add", "nightly", nightly, "--cron", "* * * * *").expect(0);
      cluster.run("schedule", "pause", "nightly").expect(0);
      cluster
          .run(
              "orchestrate",
              ledger.orchestration(COUNT),
              "--target",
              "node-1",
              "--target",
              "node-2")
          .expect(0);
      awaiting("some jobs ran").until(() -> ledger.of("node-2").size() >= COUNT / 4);

      Path backup = directory.resolve("backup");
      Ran made = cluster.run("manage", "--backup", backup.toString()).expect(0);
      assertTrue(made.out().contains("1 content"), made::toString);
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)));
      assertTrue(Files.size(backup) > 1000);
      try (var left = Files.list(cluster.state("server"))) {
        assertEquals(List.of(), left.filter(BackupIT::isOfBackup).toList());
      }
      int then = ledger.of("node-2").size();
      UUID since = jobs.submit(ledger.add("since"), "node-1");
      awaiting("more jobs ran").until(() -> ledger.of("node-2").size() >= then + 10);
      cluster.server().kill();

      Ran refused = restore(cluster, backup).expect(1);
      assertTrue(refused.err().contains("is restored into an empty one only"), refused::toString);
      Path moved = Files.createDirectory(directory.resolve("moved"));
      for (String name : List.of("server.store", "server.redo", "server.redo.earlier", "content")) {
        Path file = cluster.state("server").resolve(name);
        if (Files.exists(file)) {
          Files.move(file, moved.resolve(name));
        }
      }
      Ran restored = restore(cluster, backup).expect(0);
      assertTrue(restored.out().contains("had not ended, and will go on"), restored::toString);
      cluster.startServer();
      cluster.startClient("node-3");
      jobs.awaitAllEnded();

      for (String node : NODES) {
        List<String> ran = ledger.of(node).stream().filter(line -> !line.equals("since")).toList();
        assertEquals(Ledger.numbers(COUNT), ran, () -> node + "\n" + cluster.logs());
      }
      assertEquals("content\n", Files.readString(copied));
      Ran unknown = cluster.run("manage", "--job-info", since.toString()).expect(1);
      assertTrue(unknown.err().contains("no job"), unknown::toString);
      Set<Outcome.Reason> reasons =
          jobs.all().stream()
              .flatMap(job -> jobs.view(job.id()).nodes().stream())
              .map(outcome -> outcome.reason())
              .filter(reason -> reason != null)
              .collect(Collectors.toCollection(TreeSet::new));
      assertTrue(Set.of(Outcome.Reason.RESULT_LOST).containsAll(reasons), reasons::toString);
      assertTrue(cluster.server().log().contains("a backup was restored"), cluster::logs);
      Ran audit = cluster.run("manage", "--audit").expect(0);
      assertTrue(audit.out().contains("/v1/backups"), audit::toString);
      assertTrue(audit.out().contains("restore"), audit::toString);
      cluster.run("manage", "--verify-audit").expect(0);
    }
  }

  private static Ran restore(TestCluster cluster, Path backup) {
    String state = cluster.state("server").toString();
    return cluster.run("--state-path", state, "server", "--restore", backup.toString());
  }

  private static boolean isOfBackup(Path file) {
    return file.getFileName().toString().startsWith("backup-");
  }

  private static void enrolAndLeave(TestCluster cluster, String node) {
    cluster.startClient(node);
    cluster.awaitActive(NODES.size() + 1);
    cluster.client(node).stop();
    cluster.awaitActive(NODES.size());
  }

  @Test
  void aBackupMovesAServerFromItsFilesToADatabase() throws IOException {
    Path backup = directory.resolve("backup");
    UUID job;
    try (PostgresServer database = PostgresServer.start();
        TestCluster cluster = TestCluster.start(directory.resolve("cluster"), 1)) {
      Jobs jobs = new Jobs(cluster);
      job = jobs.submit("echo out", "node-1");
      jobs.awaitEnd(job);
      cluster.run("manage", "--backup", backup.toString()).expect(0);
      cluster.server().stop();
      cluster.set("DIRECTORD_DATASTORE", database.newDatabase());
      byte[] bytes = Files.readAllBytes(backup);
      bytes[bytes.length / 2] ^= 1;
      Path damaged = Files.write(directory.resolve("damaged"), bytes);
      Ran refused = restore(cluster, damaged).expect(1);
      assertTrue(refused.err().contains("its checksum is wrong"), refused::toString);
      restore(cluster, backup).expect(0);
      cluster.startServer();
      cluster.awaitActive(1);
      assertEquals("out\n", jobs.view(job).nodes().get(0).stdout());
      assertFalse(jobs.view(job).summary().processing());
      jobs.awaitEnd(jobs.submit("true", "node-1"));
    }
  }
}
