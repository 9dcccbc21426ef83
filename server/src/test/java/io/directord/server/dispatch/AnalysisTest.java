package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Analysis;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.wire.ServerMessage;
import io.directord.server.FakeNode;
import io.directord.server.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnalysisTest {
  @AutoClose private TestServer server;
  private FakeNode slow;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    server.node("quick").answering(run -> ran(run, Duration.ofMillis(100))).join();
    slow = server.node("slow").answering(run -> ran(run, Duration.ofMillis(400))).join();
  }

  @Test
  void addsUpTheJobsOfAParent() {
    UUID parent = UUID.randomUUID();
    submitAndAwait(TestServer.job(parent), TestServer.job(parent, "slow"), TestServer.job());

    Analysis analysis = analysis(parent);

    assertEquals(parent, analysis.id());
    assertEquals(2, analysis.totals().totalJobs());
    assertEquals(2, analysis.totals().totalNodeCount());
    assertEquals(3, analysis.totals().totalSuccesses());
    assertEquals(0, analysis.totals().totalFailures());
    assertEquals(Duration.ofMillis(900), analysis.combinedExecutionTime());
    assertEquals(Duration.ofMillis(450), analysis.totalAvgExecutionTime());
    assertEquals("quick", analysis.extremes().fastestNodeExecution());
    assertEquals("slow", analysis.extremes().slowestNodeExecution());
  }

  @Test
  void aClockThatWasSetBackMakesNoRuntimeShorterThanTheLongestRoundTrip() {
    slow.answering(
        run -> {
          server.clock().set(Duration.ofHours(-5));
          server.clock().advance(Duration.ofSeconds(1));
          return ran(run, Duration.ofMillis(400));
        });
    submitAndAwait(TestServer.job("slow"));

    assertEquals(Duration.ofSeconds(1), analysis(null).actualRuntime());
  }

  @Test
  void runTimesBeyondAllReasonStillAddUp() {
    Duration longest = Duration.ofNanos(Long.MAX_VALUE);
    slow.answering(
        run -> {
          NodeResult soon = ran(run, Duration.ofMillis(1));
          return new NodeResult(
              soon.jobId(), soon.outcome(), "", "", longest, soon.startedAt(), soon.endedAt());
        });
    submitAndAwait(TestServer.job("slow"), TestServer.job("slow"), TestServer.job("quick"));

    Analysis analysis = analysis(null);

    assertTrue(analysis.combinedExecutionTime().toDays() > 2 * 365);
    assertTrue(Json.text(analysis).contains("\"slow\""));
  }

  @Test
  void aTargetThatRanNothingIsCountedButNeverTheFastest() {
    refusingNode();
    Job job = TestServer.job("refusing", "slow");
    submitAndAwait(job);

    Analysis analysis = analysis(job.id());

    assertEquals(2, analysis.totals().totalNodeCount());
    assertEquals(1, analysis.totals().totalFailures());
    assertEquals("slow", analysis.extremes().fastestNodeExecution());
    assertEquals("slow", analysis.extremes().fastestNodeRoundtrip());
  }

  @Test
  void theTimeIsFromTheFirstSubmissionToTheLastEnd() {
    UUID parent = UUID.randomUUID();
    Job first = TestServer.job(parent);
    slow.answering(run -> null);
    server.submit(first);
    await().until(() -> slow.jobs().contains(first.id()));
    server.pass(Duration.ofSeconds(5));
    slow.answer(ran(first.id(), Duration.ofSeconds(4)));
    await().until(() -> !server.summary(first.id()).processing());

    assertEquals(Duration.ofSeconds(5), analysis(parent).actualRuntime());
  }

  @Test
  void aJobThatHasNotEndedCountsWithWhatItHasSoFar() {
    slow.answering(run -> null);
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> analysis(job.id()).totals().totalSuccesses() == 1);

    Analysis analysis = analysis(job.id());

    assertEquals(1, analysis.totals().totalJobs());
    assertEquals("quick", analysis.extremes().slowestNodeExecution());
    assertEquals(Duration.ZERO, analysis.actualRuntime());
  }

  @Test
  void allJobsAreAddedUpWithoutAnId() {
    refusingNode();
    submitAndAwait(TestServer.job("refusing"));
    assertNull(analysis(null).extremes().slowestNodeExecution());
    submitAndAwait(TestServer.job("quick", "slow"));

    Analysis analysis = analysis(null);

    assertNull(analysis.id());
    assertEquals(2, analysis.totals().totalJobs());
    assertEquals(3, analysis.totals().totalNodeCount());
    assertEquals(1, analysis.totals().totalFailures());
  }

  @Test
  void whatIsNotThereIsNotFound() {
    RefusedException nothing = assertThrows(RefusedException.class, () -> analysis(null));
    assertEquals(RefusedException.Kind.NOT_FOUND, nothing.kind());
    submitAndAwait(TestServer.job());
    UUID unknown = UUID.randomUUID();

    RefusedException refused = assertThrows(RefusedException.class, () -> analysis(unknown));

    assertTrue(refused.getMessage().contains(unknown.toString()), refused.getMessage());
  }

  private void refusingNode() {
    Outcome refused = new Outcome.Failed(Outcome.Reason.REFUSED, "no such verb");
    server
        .node("refusing")
        .answering(run -> NodeResult.withoutRun(run.job().id(), refused, server.clock().instant()))
        .join();
  }

  private Analysis analysis(UUID jobOrParent) {
    return TestServer.get(server.dispatch().analysis(TestServer.CALLER, jobOrParent));
  }

  private void submitAndAwait(Job... jobs) {
    for (UUID id : server.submit(jobs)) {
      await().until(() -> !server.summary(id).processing());
    }
  }

  private static NodeResult ran(ServerMessage.Run run, Duration time) {
    return ran(run.job().id(), time);
  }

  private static NodeResult ran(UUID job, Duration time) {
    Instant begin = Instant.parse("2026-01-01T00:00:00Z");
    return new NodeResult(job, new Outcome.Succeeded("ok"), "", "", time, begin, begin.plus(time));
  }
}
