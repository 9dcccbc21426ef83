package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobSummary;
import io.directord.common.api.ScheduleEntry;
import io.directord.common.api.ScheduleEntry.What;
import io.directord.common.api.ScheduleInfo;
import io.directord.common.api.ScheduleTiming;
import io.directord.common.api.ScheduleTiming.Missed;
import io.directord.common.api.ScheduleTiming.Overlap;
import io.directord.common.api.ScheduleView;
import io.directord.common.job.Job;
import io.directord.common.validation.ErrorCode;
import io.directord.server.FakeNode;
import io.directord.server.TestServer;
import io.directord.server.access.Caller;
import io.directord.server.access.Owners;
import io.directord.server.access.Rights;
import io.directord.server.access.Tokens;
import io.directord.server.dispatch.Dispatch.ScheduleAction;
import io.directord.server.store.StoredSchedule;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a clock that only moves when a test says so; it begins at midnight UTC. */
@Timeout(300)
class SchedulingTest {
  private static final String NAME = "nightly";

  private TestServer server = new TestServer();
  private FakeNode node;

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void eachOccurrenceIsOneRunOfTheSchedulesName() {
    node = server.node("a").succeeding().join();
    add("*/10 * * * *", Missed.RUN_ONCE, Overlap.SKIP);

    pass(Duration.ofMinutes(9));
    assertEquals(0, jobs().size());
    pass(Duration.ofMinutes(2));
    awaitRuns(1);
    pass(Duration.ofMinutes(10));
    awaitRuns(2);

    assertEquals(2, jobs().size());
    assertEquals(2, jobs().stream().map(JobSummary::id).distinct().count());
    for (JobSummary job : jobs()) {
      assertEquals(NAME, job.parent().name());
      assertEquals("tester", job.origin().submittedBy());
    }
    ScheduleEntry last = last();
    assertEquals(Instant.parse("2026-06-01T00:20:00Z"), last.due());
    assertEquals(List.of(jobs().get(1).parent().id()), last.runs());
    assertEquals("", last.info());
    assertEquals(Instant.parse("2026-06-01T00:30:00Z"), info().schedule().status().next());
  }

  @Test
  void whatWasMissedWhileTheServerWasAwayRunsOnce() {
    node = server.node("a").succeeding().join();
    add("*/10 * * * *", Missed.RUN_ONCE, Overlap.SKIP);
    server.stop();
    server.clock().advance(Duration.ofMinutes(65));
    server = server.restarted();
    node = server.node("a").succeeding().join();

    pass(Duration.ofSeconds(3));
    awaitRuns(1);
    pass(Duration.ofMinutes(2));

    assertEquals(1, jobs().size());
    ScheduleEntry missed = info().history().get(0);
    assertEquals(What.MISSED, missed.what());
    assertEquals(6, missed.count());
    assertEquals(Instant.parse("2026-06-01T01:00:00Z"), missed.due());
    assertEquals("for what was missed", last().info());
    pass(Duration.ofMinutes(4));
    awaitEntries(What.STARTED, 2);
  }

  @Test
  void whatStartsInTimeIsNotToldAsTheLastThatWasMissed() {
    node = server.node("a").succeeding().join();
    add("*/10 * * * *", Missed.SKIP, Overlap.SKIP);
    server.clock().advance(Duration.ofMinutes(60));

    pass(Duration.ofSeconds(3));

    awaitEntries(What.STARTED, 1);
    assertEquals(Instant.parse("2026-06-01T01:00:00Z"), last().due());
    ScheduleEntry missed = info().history().get(0);
    assertEquals(What.MISSED, missed.what());
    assertEquals(5, missed.count());
    assertEquals(Instant.parse("2026-06-01T00:50:00Z"), missed.due());
  }

  @Test
  void whatWasMissedIsSkippedIfThatIsWanted() {
    node = server.node("a").succeeding().join();
    add("*/10 * * * *", Missed.SKIP, Overlap.SKIP);
    server.clock().advance(Duration.ofMinutes(65));

    pass(Duration.ofSeconds(3));

    awaitEntries(What.MISSED, 1);
    assertEquals(6, last().count());
    assertEquals(0, jobs().size());
    pass(Duration.ofMinutes(6));
    awaitEntries(What.STARTED, 1);
  }

  @Test
  void whoHasLostItsRightsHasNoRunsAnyMore() {
    node = server.node("a").succeeding().join();
    add("*/10 * * * *", Missed.RUN_ONCE, Overlap.SKIP);
    pass(Duration.ofMinutes(11));
    awaitRuns(1);
    List<String> recorded = new CopyOnWriteArrayList<>();
    server.owners(
        new Owners() {
          @Override
          public Caller find(String user, Tokens tokens, Instant now) {
            return new Caller(user, false, Rights.NONE);
          }

          @Override
          public void refused(Caller owner, String what, String why) {
            recorded.add(owner.user() + ", " + what + ": " + why);
          }
        });

    pass(Duration.ofMinutes(10));

    awaitEntries(What.REFUSED, 1);
    String why =
        "user tester may not have schedules: their runs are bound to no verbs and nodes, and it"
            + " has no role";
    assertEquals(why, last().info());
    assertEquals(List.of("tester, run of schedule nightly: " + why), recorded);
    assertEquals(1, jobs().size());
    server.owners(Owners.UNBOUND);
    pass(Duration.ofMinutes(10));
    awaitEntries(What.STARTED, 2);
  }

  @Test
  void anOccurrenceIsSkippedWhileTheRunBeforeHasNotEnded() {
    node = server.node("a").join();
    add("*/10 * * * *", Missed.RUN_ONCE, Overlap.SKIP);
    pass(Duration.ofMinutes(11));
    awaitEntries(What.STARTED, 1);

    pass(Duration.ofMinutes(20));

    awaitEntries(What.SKIPPED, 2);
    assertEquals(1, jobs().size());
    assertTrue(info().schedule().status().running());
    server.dispatch().cancel(TestServer.CALLER, jobs().get(0).id());
  }

  @Test
  void oneOccurrenceAtMostWaitsForTheRunBefore() {
    node = server.node("a").join();
    add("*/10 * * * *", Missed.RUN_ONCE, Overlap.QUEUE);
    pass(Duration.ofMinutes(11));
    awaitEntries(What.STARTED, 1);
    await().until(() -> node.jobs().size() == 1);

    pass(Duration.ofMinutes(20));
    awaitEntries(What.SKIPPED, 1);
    assertEquals(1, entries(What.QUEUED));
    assertEquals(1, jobs().size());

    node.answer(FakeNode.success(node.jobs().get(0), "done"));
    await().until(() -> !jobs().get(0).processing());
    pass(Duration.ofSeconds(3));
    awaitEntries(What.STARTED, 2);
    assertEquals(Instant.parse("2026-06-01T00:20:00Z"), last().due());
  }

  @Test
  void nothingStartsWhilePausedAndWhatCameIsCounted() {
    node = server.node("a").succeeding().join();
    add("*/10 * * * *", Missed.RUN_ONCE, Overlap.SKIP);
    change(ScheduleAction.PAUSE);
    assertNull(info().schedule().status().next());

    pass(Duration.ofMinutes(35));
    assertEquals(0, jobs().size());
    change(ScheduleAction.RESUME);
    pass(Duration.ofSeconds(5));

    assertEquals(0, jobs().size());
    assertEquals(What.SKIPPED, last().what());
    assertEquals(3, last().count());
    assertEquals("paused", last().info());
    pass(Duration.ofMinutes(5));
    awaitEntries(What.STARTED, 1);
  }

  @Test
  void aRunByHandStartsAtOnceButNotBesideAnother() {
    node = server.node("a").join();
    add("0 3 * * *", Missed.RUN_ONCE, Overlap.SKIP);

    ScheduleView answer = change(ScheduleAction.RUN);

    assertEquals(What.STARTED, answer.status().last().what());
    assertEquals(1, answer.status().last().runs().size());
    assertTrue(answer.status().running());
    assertEquals("started by hand", last().info());
    var refused = assertThrows(RefusedException.class, () -> change(ScheduleAction.RUN));
    assertEquals(ErrorCode.NOT_POSSIBLE_NOW, refused.code());
    assertEquals(1, jobs().size());
  }

  @Test
  void aClockThatIsSetForwardOrBackStartsNothingTwice() {
    node = server.node("a").succeeding().join();
    add("0 * * * *", Missed.RUN_ONCE, Overlap.SKIP);
    pass(Duration.ofMinutes(61));
    awaitRuns(1);

    server.clock().set(Duration.ofMinutes(-30));
    pass(Duration.ofMinutes(35));
    assertEquals(1, entries(What.STARTED));

    server.clock().set(Duration.ofDays(2));
    pass(Duration.ofMinutes(5));
    awaitRuns(2);
    assertEquals(1, entries(What.MISSED));

    server.clock().set(Duration.ofDays(-2));
    pass(Duration.ofMinutes(61));
    awaitEntries(What.STARTED, 3);
    assertEquals(Duration.ofMinutes(0), sinceFullHour(last().due()));
  }

  @Test
  void atATimeAtWhichItRanBeforeTheClockWasSetBackItRunsAgain() {
    node = server.node("a").succeeding().join();
    add("0 * * * *", Missed.RUN_ONCE, Overlap.SKIP);
    pass(Duration.ofMinutes(61));
    awaitRuns(1);

    server.clock().set(Duration.ofHours(-2));
    pass(Duration.ofMinutes(61));
    awaitRuns(2);
    pass(Duration.ofMinutes(60));

    awaitRuns(3);
    assertEquals(Instant.parse("2026-06-01T01:00:00Z"), last().due());
    assertEquals(3, jobs().size());
  }

  @Test
  void whatIsResumedBeforeItsSplayIsOverStarts() {
    node = server.node("a").succeeding().join();
    Instant due = Instant.parse("2026-06-01T01:00:00Z");
    add("0 1 * * *", Duration.ofHours(1));
    while (info().schedule().status().next().isBefore(due.plus(Duration.ofMinutes(2)))) {
      change(ScheduleAction.REMOVE);
      add("0 1 * * *", Duration.ofHours(1));
    }
    Instant start = info().schedule().status().next();

    pass(Duration.ofMinutes(61));
    change(ScheduleAction.PAUSE);
    change(ScheduleAction.RESUME);
    assertEquals(start, info().schedule().status().next());
    pass(Duration.between(server.clock().instant(), start).plusSeconds(3));

    awaitEntries(What.STARTED, 1);
    assertEquals(due, last().due());
  }

  @Test
  void aRunSkipsNothingThatWasDoneBefore() {
    Job job = TestServer.job("a");
    var schedule =
        new StoredSchedule(
            UUID.randomUUID(),
            NAME,
            timing("0 1 * * *", Missed.SKIP, Overlap.SKIP),
            List.of(job),
            List.of(),
            "tester",
            Instant.EPOCH);
    Moment now = new Moment(Duration.ZERO, Instant.EPOCH);

    Job run = new ScheduledRun(schedule, Instant.EPOCH, now, "").jobs().get(0);

    assertFalse(job.options().skipCache());
    assertTrue(run.options().skipCache());
  }

  private static Duration sinceFullHour(Instant time) {
    return Duration.ofSeconds(time.getEpochSecond() % 3600);
  }

  @Test
  void itsJobsAreCheckedWhenItIsAddedAndTheirContentStays() {
    node = server.node("a").succeeding().join();
    var unknown =
        assertThrows(
            RefusedException.class,
            () -> add("0 3 * * *", Missed.RUN_ONCE, Overlap.SKIP, TestServer.job("nobody")));
    assertEquals(ErrorCode.UNKNOWN_NODE, unknown.code());
    assertEquals(List.of(), TestServer.get(server.dispatch().schedules(TestServer.CALLER)));
    assertThrows(RefusedException.class, () -> add("0 0 30 2 *", Missed.RUN_ONCE, Overlap.SKIP));

    Job job = TestServer.job();
    add("0 3 * * *", Missed.RUN_ONCE, Overlap.SKIP, job);
    await().until(() -> server.contents().open.size() == 1);
    assertFalse(server.contents().open.contains(job.id()));
    var twice =
        assertThrows(RefusedException.class, () -> add("0 3 * * *", Missed.RUN_ONCE, Overlap.SKIP));
    assertEquals(ErrorCode.DUPLICATE_ID, twice.code());

    server = server.restarted();
    assertEquals(1, info().schedule().jobs());
    await().until(() -> server.contents().open.size() == 1);
    change(ScheduleAction.REMOVE);
    await().until(() -> server.contents().open.isEmpty());
    var gone = assertThrows(RefusedException.class, this::info);
    assertEquals(ErrorCode.UNKNOWN_SCHEDULE, gone.code());
    server = server.restarted();
    assertEquals(List.of(), TestServer.get(server.dispatch().schedules(TestServer.CALLER)));
  }

  @Test
  void anExpressionMayStandForNoNodeUntilARunStarts() {
    add("*/10 * * * *", Missed.RUN_ONCE, Overlap.SKIP, TestServer.job("web-*"));
    server.pass(Duration.ofMinutes(11));
    awaitEntries(What.REFUSED, 1);

    node = server.node("web-1").succeeding().join();
    pass(Duration.ofMinutes(10));

    awaitEntries(What.STARTED, 1);
    await().until(() -> jobs().stream().noneMatch(JobSummary::processing));
    assertEquals(1, jobs().get(0).succeeded());
  }

  @Test
  void whoIsBoundToVerbsOrNodesMayNotChangeSchedules() {
    ScheduleTiming timing =
        new ScheduleTiming("0 3 * * *", "UTC", Missed.SKIP, Overlap.SKIP, Duration.ZERO);
    Caller bound = Caller.ofToken("ada", Rights.NONE);
    var refused =
        assertThrows(
            RefusedException.class,
            () ->
                TestServer.get(
                    server
                        .dispatch()
                        .addSchedule(
                            bound, NAME, timing, List.of(TestServer.job("web-*")), List.of())));
    assertEquals(ErrorCode.NO_PERMISSION, refused.code());
    assertEquals(List.of(), TestServer.get(server.dispatch().schedules(TestServer.CALLER)));
  }

  @Test
  void aRunThatIsRefusedIsTold() {
    node = server.node("a").succeeding().join();
    add("*/10 * * * *", Missed.RUN_ONCE, Overlap.SKIP, TestServer.job("a"));
    TestServer.get(server.dispatch().forgetNodes(TestServer.CALLER, "a"));

    server.pass(Duration.ofMinutes(11));

    awaitEntries(What.REFUSED, 1);
    assertTrue(last().info().contains("a"), last().info());
    assertFalse(info().schedule().status().running());
    assertEquals(0, jobs().size());
    assertThrows(RefusedException.class, () -> change(ScheduleAction.RUN));
    assertEquals(2, entries(What.REFUSED));
  }

  private void add(String cron, Missed missed, Overlap overlap) {
    add(cron, missed, overlap, TestServer.job());
  }

  private void add(String cron, Missed missed, Overlap overlap, Job job) {
    add(timing(cron, missed, overlap), job);
  }

  private void add(String cron, Duration splay) {
    add(new ScheduleTiming(cron, "UTC", Missed.RUN_ONCE, Overlap.SKIP, splay), TestServer.job());
  }

  private void add(ScheduleTiming timing, Job job) {
    TestServer.get(
        server.dispatch().addSchedule(TestServer.CALLER, NAME, timing, List.of(job), List.of()));
  }

  private static ScheduleTiming timing(String cron, Missed missed, Overlap overlap) {
    return new ScheduleTiming(cron, "UTC", missed, overlap, Duration.ZERO);
  }

  /** Time passes, in which the node says that it is there. */
  private void pass(Duration time) {
    Duration left = time;
    while (!left.isZero()) {
      Duration part = left.compareTo(TestServer.HEARTBEAT) < 0 ? left : TestServer.HEARTBEAT;
      node.heartbeat();
      server.pass(part);
      left = left.minus(part);
    }
  }

  private ScheduleView change(ScheduleAction action) {
    return TestServer.get(server.dispatch().changeSchedule(TestServer.CALLER, NAME, action));
  }

  private ScheduleInfo info() {
    return TestServer.get(server.dispatch().schedule(TestServer.CALLER, NAME));
  }

  private ScheduleEntry last() {
    List<ScheduleEntry> history = info().history();
    return history.get(history.size() - 1);
  }

  private long entries(What what) {
    Map<What, Long> counts =
        info().history().stream()
            .collect(Collectors.groupingBy(ScheduleEntry::what, Collectors.counting()));
    return counts.getOrDefault(what, 0L);
  }

  private void awaitEntries(What what, int count) {
    await().until(() -> entries(what) == count);
  }

  /**
   * So many have been started, and have ended: one that runs still, in real time, would have the
   * next one skipped.
   */
  private void awaitRuns(int count) {
    awaitEntries(What.STARTED, count);
    await().until(() -> !info().schedule().status().running());
  }

  private List<JobSummary> jobs() {
    return TestServer.get(server.dispatch().jobs(TestServer.CALLER, null));
  }
}
