package io.directord.cli;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a job from ending is tried, and said, with real processes. */
class WhyIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir Path directory;

  @Test
  void theLockAndWhoHoldsItAreNamed() throws IOException {
    try (TestCluster cluster = new TestCluster(directory)) {
      Path gate = directory.resolve("gate");
      cluster.set("DIRECTORD_CONFIG_FILE", cluster.write("config.yaml", "").toString());
      cluster.write(
          "components/locked.yaml",
          """
          description: Waits under a lock.
          lock: door
          cacheable: false
          operands:
            who: {help: Who waits.}
          script: while [ ! -e %s ]; do sleep 0.1; done
          """
              .formatted(gate));
      Path file =
          cluster.write(
              "locks.yaml",
              """
              - name: one
                async: true
                jobs:
                - LOCKED: first
              - name: other
                async: true
                jobs:
                - LOCKED: second
              """);
      cluster.startServer();
      cluster.startClient("node-1");
      cluster.awaitActive(1);
      cluster.run("orchestrate", file.toString()).expect(0);
      awaitWhy(
          cluster,
          "(?s).*waits for the lock 'door', which job [0-9a-f]{8} \\(LOCKED [^)]*\\) of (one|other)"
              + " holds.*");
      Files.createFile(gate);
      awaitWhy(cluster, "(?s).*node-1: has succeeded\n");
    }
  }

  @Test
  void aRebootThatHoldsJobsBackIsSaidAlsoByAServerThatWasStartedSince() throws IOException {
    try (TestCluster cluster = new TestCluster(directory)) {
      Path program = cluster.write("bin/systemctl", "#!/bin/sh\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      cluster.set("PATH", program.getParent() + ":" + System.getenv("PATH"));
      cluster.startServer();
      cluster.startClient("node-1");
      cluster.awaitActive(1);
      cluster.run("exec", "--poll", "--verb", "REBOOT", "0").expect(0);
      cluster.run("exec", "--verb", "RUN", "true").expect(0);
      awaitWhy(cluster, "(?s).*node-1: is held back: the node was told to reboot.*");
      cluster.server().kill();
      cluster.startServer();
      awaitWhy(cluster, "(?s).*node-1: is held back: the node was told to reboot.*");

      cluster.client("node-1").stop();
      cluster.startClient("node-1");
      awaitWhy(cluster, "(?s).*node-1: has succeeded\n");
    }
  }

  /** Both jobs of the last submission are asked about, since either may be the one that waits. */
  private static void awaitWhy(TestCluster cluster, String expected) {
    await("it is said: " + expected)
        .atMost(TIMEOUT)
        .until(() -> both(cluster), text -> text.matches(expected));
  }

  private static String both(TestCluster cluster) {
    return cluster.run("why", "last~1").out() + cluster.run("why", "last").out();
  }
}
