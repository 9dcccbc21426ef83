package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobSummary;
import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.target.TargetGroups;
import io.directord.server.FakeNode;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class BookkeepingTest {
  private final TestClock clock = new TestClock();
  @AutoClose private TestServer server;
  private FakeNode node;

  @BeforeEach
  void start() throws IOException {
    server =
        new TestServer(
            new MemoryStore(),
            clock,
            new DispatchLimits(
                100,
                TestServer.HEARTBEAT,
                3,
                Duration.ofHours(1),
                TargetGroups.NONE,
                HookSettings.NONE,
                null));
    node = server.node("a").succeeding().join();
  }

  @Test
  void aSubmissionSentAgainIsTakenOnce() {
    Job job = TestServer.job();

    assertEquals(List.of(job.id()), server.submit(job));
    assertEquals(List.of(job.id()), server.submit(job));
    await().until(() -> !server.summary(job.id()).processing());
    assertEquals(List.of(job.id()), server.submit(job));

    assertEquals(1, node.jobs().size());
    assertEquals(1, TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)).size());
  }

  @Test
  void allJobsCanBeReadInPagesFromTheNewest() {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.addAll(server.submit(TestServer.job()));
    }
    assertEquals(ids.subList(3, 5), page(null));
    assertEquals(ids.subList(1, 3), page(ids.get(3)));
    assertEquals(ids.subList(0, 1), page(ids.get(1)));
    assertEquals(List.of(), page(ids.get(0)));
    assertEquals(
        1, TestServer.get(server.dispatch().jobs(TestServer.CALLER, null, ids.get(3), 2)).more());
  }

  private List<UUID> page(UUID before) {
    return TestServer.get(server.dispatch().jobs(TestServer.CALLER, null, before, 2))
        .jobs()
        .stream()
        .map(JobSummary::id)
        .toList();
  }

  @Test
  void anIdDoesNotStandForTwoDefinitions() {
    Job job = TestServer.job();
    server.submit(job);
    ObjectNode json = JobJson.write(job);
    json.put("job_sha3_224", "another");

    RefusedException refused =
        assertThrows(RefusedException.class, () -> server.submit(JobJson.read(json)));

    assertEquals(RefusedException.Kind.CONFLICT, refused.kind());
  }

  @Test
  void keepsTheNewestEndedJobsOnly() {
    Job[] jobs = new Job[5];
    for (int i = 0; i < jobs.length; i++) {
      jobs[i] = TestServer.job();
    }
    List<UUID> ids = server.submit(jobs);
    await().until(() -> node.durable().size() == 5);

    server.pass(Duration.ofSeconds(2));

    await()
        .until(() -> TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)).size() == 3);
    assertEquals(
        ids.subList(2, 5),
        TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)).stream()
            .map(JobSummary::id)
            .toList());
  }

  @Test
  void forgetsWhatEndedLongAgo() {
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> node.durable().contains(job.id()));

    server.pass(Duration.ofMinutes(50));
    node.heartbeat();
    server.pass(Duration.ofMinutes(11));

    await().until(() -> TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)).isEmpty());
    RefusedException refused = assertThrows(RefusedException.class, () -> server.view(job.id()));
    assertEquals(RefusedException.Kind.NOT_FOUND, refused.kind());
  }

  @Test
  void purgesEndedJobsAndLeavesTheOthers() {
    Job ended = TestServer.job();
    server.submit(ended);
    await().until(() -> node.durable().contains(ended.id()));
    node.answering(run -> null);
    Job open = TestServer.job();
    server.submit(open);

    assertEquals(1, TestServer.get(server.dispatch().purgeJobs(TestServer.CALLER)));

    assertEquals(
        List.of(open.id()),
        TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)).stream()
            .map(JobSummary::id)
            .toList());
  }

  @Test
  void showsTheNewestJobAndTheJobsOfAParent() {
    UUID parent = UUID.randomUUID();
    Job first = TestServer.job(parent);
    Job second = TestServer.job(parent);
    server.submit(first, second);
    Job third = TestServer.job();
    server.submit(third);

    assertEquals(third.id(), server.view(null).summary().id());
    assertEquals(
        List.of(first.id(), second.id()),
        TestServer.get(server.dispatch().jobs(TestServer.CALLER, parent)).stream()
            .map(JobSummary::id)
            .toList());
  }

  @Test
  void forgettingANodeThatIsNotThereNamesThoseThatAre() {
    RefusedException refused =
        assertThrows(
            RefusedException.class,
            () -> TestServer.get(server.dispatch().forgetNodes(TestServer.CALLER, "aa")));

    assertEquals(RefusedException.Kind.NOT_FOUND, refused.kind());
    assertEquals("unknown node aa (did you mean a?); there are: a", refused.getMessage());
  }

  @Test
  void runOnceRunsOnTheFirstTargetOnly() {
    server.node("b").succeeding().join();
    ObjectNode json = JobJson.write(TestServer.job("b", "a"));
    json.put("run_once", true);
    Job job = JobJson.read(json);

    server.submit(job);

    await().until(() -> !server.summary(job.id()).processing());
    assertEquals(List.of("b"), server.view(job.id()).nodes().stream().map(n -> n.node()).toList());
    assertTrue(node.jobs().isEmpty());
  }
}
