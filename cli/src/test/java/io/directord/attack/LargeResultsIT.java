package io.directord.attack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.common.api.JobSummary;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More output at once than fits into the server's default heap, by ordinary jobs. */
class LargeResultsIT {
  private static final int NODES = 6;
  private static final int JOBS = 6;

  /** A megabyte of text on each output. */
  private static final String TEXT = "seq -f 'line %.0f of the output' 1 45000 | tee /dev/stderr";

  /** Bytes that take six characters each where results are kept. */
  private static final String CONTROLS = "head -c 1048576 /dev/zero | tee /dev/stderr";

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, NODES);
  }

  @Test
  void allOfItArrivesAlsoAfterARestart() throws IOException {
    List<UUID> jobs = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      jobs.add(submit(i % 2 == 0 ? TEXT : CONTROLS));
    }
    await("the first results come").atMost(Duration.ofSeconds(240)).until(() -> ended(jobs) > 0);
    cluster.server().kill();
    cluster.startServer();
    await("all results come")
        .atMost(Duration.ofSeconds(240))
        .until(() -> ended(jobs) == NODES * JOBS);
    assertTrue(cluster.server().isAlive(), cluster::logs);
    for (JobSummary job : cluster.api().jobs(null)) {
      assertEquals(NODES, job.succeeded(), cluster::logs);
    }
    assertEquals(1_048_576, cluster.api().job(jobs.get(1)).nodes().get(0).stderr().length());
  }

  private static UUID submit(String command) throws IOException {
    Job job =
        JobJson.read(
            Json.object().put("verb", "RUN").put("command", command).put("skip_cache", true));
    return cluster.api().submit(List.of(job), Map.of()).get(0);
  }

  private static int ended(List<UUID> jobs) throws IOException {
    // Without their outputs, which are large, and would keep the server busy.
    return cluster.api().jobs(null).stream()
        .filter(job -> jobs.contains(job.id()))
        .mapToInt(job -> job.succeeded() + job.failed())
        .sum();
  }
}
