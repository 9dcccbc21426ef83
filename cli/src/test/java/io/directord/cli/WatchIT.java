package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that somebody else has started are followed, with real processes. */
class WatchIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir Path directory;

  @Test
  void aRunIsFollowedFromAnyTimeAndEndsAsIfItHadBeenWaitedFor() throws IOException {
    try (TestCluster cluster = TestCluster.start(directory, 2)) {
      Path gate = directory.resolve("gate");
      Path file =
          cluster.write(
              "run.yaml",
              """
              - name: one
                async: true
                jobs:
                - RUN: while [ ! -e %s ]; do sleep 0.1; done
                - RUN: echo behind the gate
              - name: other
                async: true
                targets: [node-1]
                jobs:
                - RUN: echo alone
              """
                  .formatted(gate));
      cluster.run("orchestrate", file.toString()).expect(0);
      Ran given = cluster.run("watch", "last", "--wait-timeout", "1").expect(4);
      assertTrue(given.err().contains("waiting was given up"), given::toString);

      TestProcess watch = cluster.background("watch", "last", "--poll");
      await()
          .atMost(TIMEOUT)
          .until(() -> cluster.api().metrics().contains("directord_followers 1.0"));
      assertTrue(watch.isAlive());
      Files.createFile(gate);
      assertEquals(0, watch.awaitEnd(), watch::log);
      assertTrue(watch.log().contains("2 nodes, 3 jobs: ok=5 "), watch::log);

      cluster.run("exec", "--poll", "--verb", "RUN", "echo it >&2; exit 3").expect(1);
      Ran failed = cluster.run("watch").expect(1);
      assertTrue(failed.err().contains("2 nodes, 1 job: ok=0  failed=2 "), failed::err);
      Ran several = cluster.run("watch", "last~1", "last").expect(1);
      assertTrue(several.err().contains("2 nodes, 2 jobs: ok=1  failed=2 "), several::err);
      Ran json = cluster.run("watch", "last", "--output", "json").expect(1);
      assertEquals(
          2,
          JsonTree.read(json.out().getBytes(StandardCharsets.UTF_8)).get(0).path("nodes").size());
      String parent = cluster.api().jobOf("last~1").summary().parent().id().toString();
      assertFalse(cluster.run("watch", parent).expect(0).err().contains("2 nodes"));
      Ran unknown = cluster.run("watch", "00000000").expect(1);
      assertTrue(unknown.err().contains("[unknown-job]"), unknown::err);
    }
  }
}
