package io.directord.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.server.dispatch.RefusedException;
import io.directord.server.store.EmbeddedStore;
import io.directord.server.store.StoreException;
import io.directord.server.store.StoredNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store is cut to half while the server runs, and has the jobs and not all of their results.
 * Who asks for one is told what is lost of it, and what the server still holds is put back.
 */
class StoreCutShortTest {
  /** More than what H2 keeps in memory of what it has written. */
  private static final int JOBS = 400;

  /** So that there are several saves, of which the last are cut off. */
  private static final int SAVED_TOGETHER = 20;

  private static final String OUTPUT = "x".repeat(100_000);

  @TempDir(factory = InMemory.class)
  Path directory;

  @AutoClose private final LogLines log = new LogLines("io.directord");

  @Test
  void whoAsksIsToldWhatIsLostAndWhatIsHeldIsPutBack() throws IOException {
    List<Job> jobs = new ArrayList<>();
    Job open = TestServer.job("a");
    try (TestServer server =
        new TestServer(
            EmbeddedStore.open(directory), new TestClock(), TestServer.window(2 * JOBS))) {
      FakeNode node = server.node("a").join();
      server.submit(open);
      Stream.generate(() -> TestServer.job("a")).limit(JOBS).forEach(jobs::add);
      server.submit(jobs.toArray(Job[]::new));
      await().until(() -> node.jobs().size() == JOBS + 1);
      for (Job job : jobs) {
        node.answer(FakeNode.success(job.id(), OUTPUT + job.id()));
        if (jobs.indexOf(job) % SAVED_TOGETHER == 0) {
          await().until(() -> node.durable().contains(job.id()));
        }
      }
      await().until(() -> node.durable().size() == JOBS);

      cutToHalf();
      await()
          .ignoreExceptionsMatching(
              e -> e instanceof StoreException || e instanceof RefusedException)
          .untilAsserted(
              () -> {
                int lost = lost(server, jobs);
                assertEquals(JOBS, whole(server, jobs) + lost);
                assertTrue(lost < JOBS, lost + " lost, told " + log.lines());
                // What was cut off may have been room that was not in use.
                String told = lost == 0 ? "so that nothing is lost" : "has taken";
                assertTrue(
                    log.lines().stream().anyMatch(line -> line.contains(told)),
                    lost + " lost, told " + log.lines());
              });
      for (JobSummary summary : listed(server)) {
        assertEquals(summary.id().equals(open.id()), summary.processing());
      }
      node.answer(FakeNode.success(open.id(), "done"));
      await().until(() -> !server.summary(open.id()).processing());
      assertEquals("done", server.view(open.id()).nodes().get(0).stdout());
    }
    try (EmbeddedStore store = EmbeddedStore.open(directory)) {
      assertEquals(List.of("a"), store.nodes().stream().map(StoredNode::identity).toList());
      assertEquals(List.of(), store.unended());
    }
  }

  private void cutToHalf() throws IOException {
    Path store = directory.resolve("server.store");
    try (FileChannel file = FileChannel.open(store, StandardOpenOption.WRITE)) {
      file.truncate(file.size() / 2);
    }
  }

  private static List<JobSummary> listed(TestServer server) {
    return TestServer.get(server.dispatch().jobs(TestServer.CALLER, null, null, 1000)).jobs();
  }

  private static int whole(TestServer server, List<Job> jobs) {
    return (int)
        jobs.stream().filter(job -> result(server, job).stdout().equals(OUTPUT + job.id())).count();
  }

  /** Those of which it is said, and counted. */
  private static int lost(TestServer server, List<Job> jobs) {
    return (int)
        jobs.stream()
            .filter(job -> result(server, job).info().contains("this result was lost when"))
            .filter(job -> server.summary(job.id()).counts().resultsLost() == 1)
            .count();
  }

  private static NodeOutcome result(TestServer server, Job job) {
    return server.view(job.id()).nodes().get(0);
  }
}
