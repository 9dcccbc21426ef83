package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.json.Json;
import io.directord.common.target.TargetGroups;
import io.directord.server.FakeNode;
import io.directord.server.LogLines;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that are set, and time that passes while the server is stopped. */
class ClockTest {
  private static final Duration RETAIN = Duration.ofHours(1);

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
                10,
                TestServer.HEARTBEAT,
                1000,
                RETAIN,
                TargetGroups.NONE,
                HookSettings.NONE,
                null));
    node = server.node("a").join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT10M", "-PT10M", "P3650D", "-P3650D"})
  void aWallClockThatIsSetExpiresNobody(Duration step) {
    Job job = running();

    clock.set(step);
    server.pass(Duration.ofSeconds(5));

    assertEquals(NodeView.State.ACTIVE, view().state());
    assertEquals(175, view().expiry().toSeconds());
    assertTrue(server.summary(job.id()).processing());
  }

  @Test
  void aNodeThatFallsSilentExpiresInItsTimeThoughTheClockIsSetBack() {
    clock.set(Duration.ofDays(-1));
    server.pass(Duration.ofSeconds(182));

    await().until(() -> view().state() == NodeView.State.EXPIRED);
  }

  @Test
  void aServerThatWasStoppedTakesNoNodeForSilent() {
    Job job = running();
    server.pass(Duration.ofSeconds(100));

    clock.advance(Duration.ofSeconds(205));
    server.pass(Duration.ofSeconds(100));

    assertEquals(NodeView.State.ACTIVE, view().state());
    assertTrue(server.summary(job.id()).processing());
    server.pass(Duration.ofSeconds(82));
    await().until(() -> view().state() == NodeView.State.EXPIRED);
  }

  @Test
  void aNodesClockDecidesNothing() {
    Job reboot =
        JobJson.read(Json.object().put("verb", "REBOOT").put("time", "5").put("identity", "a"));
    server.submit(reboot);
    await().until(() -> node.jobs().contains(reboot.id()));
    NodeResult ok = FakeNode.success(reboot.id(), "");
    Instant longAgo = Instant.EPOCH;

    node.answer(new NodeResult(reboot.id(), ok.outcome(), "", "", Duration.ZERO, longAgo, longAgo));

    await().until(() -> !server.summary(reboot.id()).processing());
    assertEquals(NodeView.State.AWAY, view().state());
  }

  @Test
  void theRoundtripIsWhatPassedAndNotWhatTheClockShows() {
    Job job = running();

    clock.set(Duration.ofHours(-1));
    server.pass(Duration.ofSeconds(3));
    node.answer(FakeNode.success(job.id(), ""));

    await().until(() -> !server.summary(job.id()).processing());
    NodeOutcome outcome = server.view(job.id()).nodes().get(0);
    assertEquals(Duration.ofSeconds(3), outcome.roundtripTime());
  }

  @Test
  void noJobIsForgottenBecauseTheClockIsSet() {
    Job before = ended();

    clock.set(Duration.ofDays(3650));
    Job after = ended();
    server.pass(Duration.ofSeconds(5));
    assertEquals(2, kept());

    clock.set(Duration.ofDays(-7300));
    Job last = ended();
    server.pass(Duration.ofSeconds(5));
    assertEquals(3, kept());
    assertFalse(
        List.of(before, after, last).stream()
            .anyMatch(job -> server.summary(job.id()).processing()));
  }

  @Test
  void jobsFromBeforeAndAfterTheClockWasSetAheadAreForgottenInTime() {
    ended();
    clock.set(Duration.ofDays(3650));
    ended();

    server.pass(RETAIN.plusSeconds(5));

    await().until(() -> kept() == 0);
  }

  @Test
  void aStartWithAClockThatIsFarAheadForgetsNothingAndSaysSo() {
    ended();
    ended();

    try (LogLines log = new LogLines(Retention.class)) {
      restart(Duration.ofDays(40));
      ended();
      server.pass(Duration.ofSeconds(5));

      assertEquals(3, kept());
      assertTrue(log.lines().get(0).contains("and now, the wall clock shows 40d"));
      assertTrue(log.lines().get(0).contains("2 ended jobs are older than retain_time by it"));
    }
    restart(Duration.ofDays(-40));
    server.pass(Duration.ofSeconds(5));
    assertEquals(3, kept());
  }

  @Test
  void soDoTwoStartsWithTheSameWrongClockAndAJobBetweenThem() {
    ended();
    restart(Duration.ofDays(40));
    ended();

    restart(Duration.ZERO);
    server.pass(Duration.ofSeconds(5));
    assertEquals(2, kept());

    restart(Duration.ofDays(-40));
    ended();
    server.pass(RETAIN.dividedBy(2));
    assertEquals(3, kept());
    server.pass(RETAIN);
    await().until(() -> kept() == 0);
  }

  @Test
  void aJobEndsAfterItBeganThoughTheClocksAreSetBack() {
    Job job = running();
    clock.set(Duration.ofHours(-1));
    server.pass(Duration.ofSeconds(3));
    NodeResult ok = FakeNode.success(job.id(), "");
    Instant begin = Instant.parse("2026-11-30T12:00:00Z");
    node.answer(
        new NodeResult(
            job.id(), ok.outcome(), "", "", Duration.ofSeconds(2), begin, begin.minusSeconds(60)));

    await().until(() -> !server.summary(job.id()).processing());
    JobSummary summary = server.summary(job.id());
    assertEquals(summary.submittedAt().plusSeconds(3), summary.endedAt());
    NodeOutcome outcome = server.view(job.id()).nodes().get(0);
    assertEquals(begin.plusSeconds(2), outcome.endedAt());
  }

  @Test
  void aJobThatWasUnderWayWhenTheServerStartedWithItsClockSetBackEndsAfterItBegan() {
    Job job = running();
    restart(Duration.ofHours(-1));
    node.answer(FakeNode.success(job.id(), ""));

    await().until(() -> !server.summary(job.id()).processing());
    JobSummary summary = server.summary(job.id());
    assertEquals(summary.submittedAt(), summary.endedAt());
  }

  @Test
  void afterALongAbsenceJobsAreForgottenAsTheServerRunsOn() {
    ended();
    restart(Duration.ofDays(40));

    server.pass(RETAIN.dividedBy(2));
    assertEquals(1, kept());

    server.pass(RETAIN.dividedBy(2));
    await().until(() -> kept() == 0);
  }

  @Test
  void aShortAbsenceCountsAndIsNotWorthALine() {
    ended();

    try (LogLines log = new LogLines(Retention.class)) {
      restart(RETAIN.dividedBy(5));
      server.pass(RETAIN.dividedBy(5).multipliedBy(4).minusSeconds(5));
      assertEquals(1, kept());
      assertEquals(List.of(), log.lines());
    }
    server.pass(Duration.ofSeconds(10));
    await().until(() -> kept() == 0);
  }

  @Test
  void aStartWithAClockAtZeroThatIsThenSetTooFarForgetsNothing() {
    ended();
    restart(Duration.between(clock.instant(), Instant.EPOCH));
    ended();

    clock.set(Duration.ofDays(365 * 60));
    server.pass(Duration.ofSeconds(5));

    assertEquals(2, kept());
  }

  @Test
  void aStepOfTheClockIsToldInWholeUnits() {
    try (LogLines log = new LogLines(Retention.class)) {
      clock.set(Duration.ofHours(-5).plusNanos(9193));
      server.pass(Duration.ofSeconds(2));

      assertTrue(log.lines().get(0).startsWith("the wall clock is back by 5h from one second"));
    }
  }

  /** With a wall clock that was set by so much meanwhile. */
  private void restart(Duration step) {
    clock.set(step);
    server = server.restarted();
    node = server.node("a").join();
  }

  private Job running() {
    Job job = TestServer.job("a");
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()));
    return job;
  }

  private Job ended() {
    Job job = running();
    node.answer(FakeNode.success(job.id(), ""));
    await().until(() -> !server.summary(job.id()).processing());
    return job;
  }

  private int kept() {
    return TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)).size();
  }

  private NodeView view() {
    return TestServer.get(server.dispatch().nodes(TestServer.CALLER)).get(0);
  }
}
