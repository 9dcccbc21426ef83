package io.directord.server.dispatch;

import static io.directord.server.dispatch.RollingJobs.assertRefused;
import static io.directord.server.dispatch.RollingJobs.job;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.api.RunState;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.wire.Heartbeat;
import io.directord.server.FakeNode;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Parents that go from node to node. */
class RollingTest {
  private final MemoryStore store = new MemoryStore();
  private final TestClock clock = new TestClock();
  @AutoClose private TestServer server = new TestServer(store, clock, TestServer.window(100));

  @Test
  void allJobsOfTheParentAreFinishedOnANodeBeforeTheNextBegins() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    UUID parent = UUID.randomUUID();
    Job first = job(parent, "{'batch': 1}", null);
    Job second = job(parent, "{'batch': 1}", null);
    server.submit(first, second);
    await().until(() -> a.jobs().size() == 2);

    a.answer(FakeNode.success(first.id(), ""));
    await().until(() -> a.durable().size() == 1);
    assertEquals(List.of(), b.jobs());

    a.answer(FakeNode.success(second.id(), ""));
    await().until(() -> b.jobs().equals(List.of(first.id(), second.id())));
  }

  @Test
  void aLaterParentDoesNotOvertakeOneThatIsPausedUnlessItIsAsynchronous() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job rolling = job(UUID.randomUUID(), "{'batch': 1, 'max_failures': 0}", null);
    Job later = TestServer.job();
    Job beside =
        JobJson.read(
            Json.object().put("verb", "RUN").put("command", "x").put("parent_async", true));
    pauseByFailure(rolling, a);

    server.submit(later, beside);
    await().until(() -> a.jobs().contains(later.id()) && b.jobs().contains(beside.id()));
    assertFalse(b.jobs().contains(later.id()));
    assertTrue(server.nodeView("b").remark().contains("which is paused"));

    resume(rolling);
    await().until(() -> b.jobs().contains(later.id()));
    assertEquals(List.of(beside.id(), rolling.id(), later.id()), b.jobs());
  }

  @Test
  void aDryRunDoesNotWaitForAParentThatIsPaused() {
    FakeNode a = node("a");
    FakeNode b = node("b");
    Job rolling = job(UUID.randomUUID(), "{'batch': 1, 'max_failures': 0}", null);
    pauseByFailure(rolling, a);
    ObjectNode json = Json.object().put("command", "x");
    json.putObject("dry_run").put("verb", "RUN");
    Job preview = JobJson.read(json);

    server.submit(preview);

    await().until(() -> b.jobs().contains(preview.id()));
    assertFalse(b.jobs().contains(rolling.id()));
  }

  private FakeNode node(String name) {
    return server.node(name).client("1.0", Heartbeat.PROTOCOL, Heartbeat.PREVIEW).join();
  }

  @Test
  void aSecondRollingParentBeginsOnlyWhereTheFirstHasFinished() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job first = job(UUID.randomUUID(), "{'batch': 1, 'max_failures': 0}", null);
    Job second = job(UUID.randomUUID(), "{'batch': 2}", null);
    server.submit(first, second);
    await().until(() -> a.jobs().contains(first.id()));
    assertEquals(1, a.jobs().size());

    a.answer(FakeNode.failure(first.id()));
    await().until(() -> a.jobs().contains(second.id()));
    assertEquals(List.of(), b.jobs());
    assertTrue(paused(first) != null && paused(second) == null);
  }

  @Test
  void itIsPausedWithItsReasonToldToFollowersAndResumed() {
    FakeNode a = server.node("a").join();
    server.node("b").join();
    FakeNode c = server.node("c").join();
    Job job = job(UUID.randomUUID(), "{'batch': 2, 'max_failures': 0}", null);
    List<Event> events = server.follow(Detail.JOBS, job.parent().id());
    server.submit(job);
    await().until(() -> a.jobs().size() == 1);
    a.answer(FakeNode.failure(job.id()));

    await().until(() -> states(events).size() == 1);
    String why = "1 failed and at most 0 may (a)";
    assertEquals(new RunState(job.parent().id(), why, 1, 0, 1, 1, null), states(events).get(0));
    assertEquals(why, paused(job));
    List<Event> late = server.follow(Detail.JOBS, job.parent().id());
    await().until(() -> states(late).equals(states(events)));
    NodeOutcome waiting = server.outcome(job, "c");
    assertEquals(NodeOutcome.State.WAITING, waiting.state());
    assertEquals(
        "not begun, since the run is paused: "
            + why
            + "; 'directord manage --resume "
            + job.parent().id()
            + "' goes on, --cancel ends it",
        waiting.info());

    RunState resumed = resume(job);
    assertNull(resumed.paused());
    await().until(() -> c.jobs().contains(job.id()));
    await().until(() -> states(events).size() == 2);
    assertNull(states(events).get(1).paused());
  }

  @Test
  void whatIsPausedSurvivesARestartAndBeginsNothing() {
    FakeNode a = server.node("a").join();
    server.node("b").join();
    Job job = job(UUID.randomUUID(), "{'batch': 1, 'max_failures': 0}", null);
    pauseByFailure(job, a);

    server = server.restarted();
    FakeNode b = server.node("b").join();
    assertEquals("1 failed and at most 0 may (a)", paused(job));
    server.pass(Duration.ofSeconds(2));
    assertEquals(List.of(), b.jobs());

    resume(job);
    await().until(() -> b.jobs().contains(job.id()));
  }

  @Test
  void cancellingEndsWhatHasNotBegunWithTheReason() {
    FakeNode a = server.node("a").join();
    server.node("b").join();
    Job job = job(UUID.randomUUID(), "{'batch': 1, 'max_failures': 0}", null);
    pauseByFailure(job, a);

    TestServer.get(server.dispatch().cancel(TestServer.CALLER, job.parent().id()));
    await().until(() -> !server.summary(job.id()).processing());
    NodeOutcome ended = server.outcome(job, "b");
    assertEquals(Outcome.Reason.NOT_STARTED, ended.reason());
    assertEquals(
        "cancelled before it began on the node; 1 failed and at most 0 may (a)", ended.info());
    await().until(() -> store.runs().isEmpty());
  }

  @Test
  void cancellingTheLastJobOfAPausedParentTellsWhichRemain() {
    FakeNode a = server.node("a").join();
    server.node("b").join();
    UUID parent = UUID.randomUUID();
    Job first = job(parent, "{'batch': 1, 'max_failures': 0}", null);
    Job last = job(parent, "{'batch': 1, 'max_failures': 0}", null);
    server.submit(first, last);
    await().until(() -> a.jobs().contains(first.id()));
    a.answer(FakeNode.failure(first.id()));
    await().until(() -> paused(first) != null);

    Bodies.Remaining left = new Bodies.Remaining(parent, true, List.of(first.id()));
    assertEquals(left, cancel(last.id()).remaining());
    assertEquals(left, cancel(last.id()).remaining(), "also if it has ended already");
    assertNull(cancel(parent).remaining());
    await().until(() -> !server.summary(first.id()).processing());
    assertNull(cancel(last.id()).remaining());
  }

  private Bodies.Cancelled cancel(UUID jobOrParent) {
    return TestServer.get(server.dispatch().cancel(TestServer.CALLER, jobOrParent));
  }

  @Test
  void pausingByHandNamesWhoDidAndWhatCannotBePausedIsRefused() {
    FakeNode a = server.node("a").join();
    server.node("b").join();
    Job job = job(UUID.randomUUID(), "{'batch': 1}", null);
    Job plain = TestServer.job("a");
    server.submit(job, plain);
    await().until(() -> a.jobs().contains(job.id()));

    assertEquals("paused by tester", pause(job).paused());
    assertEquals("paused by tester", paused(job));
    assertRefused("is paused already", () -> pause(job));
    assertRefused("without a batch", () -> pause(plain));
    resume(job);
    assertRefused("is not paused", () -> resume(job));
  }

  @Test
  void aNodeThatExpiresInItsTurnCountsAndItsPlaceGoesOn() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job job = job(UUID.randomUUID(), "{'batch': 1, 'max_failures': 1}", null);
    server.submit(job);
    await().until(() -> a.jobs().size() == 1);
    expire(a, b);

    await().until(() -> b.jobs().contains(job.id()));
    assertEquals(Outcome.Reason.LOST, server.outcome(job, "a").reason());
  }

  @Test
  void thePlaceOfANodeThatRebootsIsFreeOnceItIsBack() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    ObjectNode json = Json.object().put("verb", "REBOOT").put("time", "5");
    json.putObject("parent_rolling").put("batch", 1);
    Job job = JobJson.read(json);
    server.submit(job);
    await().until(() -> a.jobs().size() == 1);
    a.answer(FakeNode.success(job.id(), ""));
    await().until(() -> a.durable().size() == 1);
    assertEquals(List.of(), b.jobs());

    a.close();
    server.node("a").join();
    await().until(() -> b.jobs().contains(job.id()));
  }

  @Test
  void thePlaceIsFreeOnlyAfterTheWait() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job job = job(UUID.randomUUID(), "{'batch': 1, 'wait': 30}", null);
    server.submit(job);
    await().until(() -> a.jobs().size() == 1);
    a.answer(FakeNode.success(job.id(), ""));
    await().until(() -> a.durable().size() == 1);
    server.pass(Duration.ofSeconds(28));
    assertEquals(List.of(), b.jobs());
    server.pass(Duration.ofSeconds(4));
    await().until(() -> b.jobs().contains(job.id()));
  }

  @Test
  void withoutItsQuorumNothingRunsAndTheAbsentAreNamed() {
    FakeNode a = server.node("a").join();
    server.node("b").join().close();
    await().until(() -> server.nodeView("b").state() == NodeView.State.AWAY);
    RefusedException e =
        assertThrows(
            RefusedException.class,
            () -> server.submit(job(UUID.randomUUID(), "{'quorum': '90%'}", null)));
    assertEquals(RefusedException.Kind.CONFLICT, e.kind());
    assertEquals("jobs[0].parent_rolling.quorum", e.errors().get(0).place().text());
    assertEquals(
        "1 of 2 nodes is connected, and a quorum of 90% is asked for; away: b", e.getMessage());
    server.submit(job(UUID.randomUUID(), "{'quorum': '50%'}", null));
    await().until(() -> a.jobs().size() == 1);
  }

  @Test
  void whatWaitsForNodesThatHaveNotBegunIsRefused() {
    server.node("a").join();
    UUID parent = UUID.randomUUID();
    ObjectNode query = Json.object().put("verb", "QUERY").put("query", "x");
    query.putObject("parent_rolling").put("batch", 1);
    assertRefused("QUERY asks every node at once", () -> server.submit(JobJson.read(query)));
    Job awaited = job(parent, "{'batch': 1}", null);
    ObjectNode wait = JobJson.write(awaited);
    wait.put("verb", "JOB_WAIT").put("job_sha", awaited.fingerprint());
    wait.put("job_id", UUID.randomUUID().toString()).remove("job_sha3_224");
    wait.set("identity", Json.tree(List.of("a")));
    assertRefused("its own parent", () -> server.submit(awaited, JobJson.read(wait)));
  }

  @Test
  void jobsOfOneParentSayTheSameAndComeTogether() {
    server.node("a").join();
    server.node("b").join();
    UUID parent = UUID.randomUUID();
    assertRefused(
        "have the same rolling",
        () -> server.submit(job(parent, "{'batch': 1}", null), job(parent, "{'batch': 2}", null)));
    server.submit(job(parent, "{'batch': 1}", null, "a"));
    assertRefused("are submitted together", () -> server.submit(job(parent, "{'batch': 1}", null)));
    assertRefused("are submitted together", () -> server.submit(TestServer.job(parent, "b")));
  }

  private static List<RunState> states(List<Event> events) {
    return events.stream()
        .filter(Event.RunChanged.class::isInstance)
        .map(event -> ((Event.RunChanged) event).run())
        .toList();
  }

  @Test
  void theClocksOfAWaitAndOfARebootGoOnOverARestart() {
    FakeNode a = server.node("a").join();
    server.node("b").join();
    Job waits = job(UUID.randomUUID(), "{'batch': 1, 'wait': 60}", null);
    ObjectNode json = Json.object().put("verb", "REBOOT").put("time", "5");
    json.put("parent_async", true).putObject("parent_rolling").put("batch", 1);
    Job reboots = JobJson.read(json);
    server.submit(waits, reboots);
    await().until(() -> a.jobs().size() == 2);
    a.answer(FakeNode.success(waits.id(), ""));
    a.answer(FakeNode.success(reboots.id(), ""));
    await().until(() -> a.durable().size() == 2);
    server.pass(Duration.ofSeconds(40));

    server = server.restarted();
    FakeNode b = server.node("b").join();
    server.pass(Duration.ofSeconds(10));
    assertEquals(List.of(), b.jobs());
    assertTrue(
        server.nodeView("a").remark().contains("told to reboot"), server.nodeView("a").remark());
    server.pass(Duration.ofSeconds(20));
    await().until(() -> b.jobs().equals(List.of(waits.id())));

    server.node("a").join();
    await().until(() -> b.jobs().contains(reboots.id()));
  }

  @Test
  void aLateSuccessTakesTheFailureOfALostNodeBack() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job job = job(UUID.randomUUID(), "{'batch': 1, 'max_failures': 0}", null);
    server.submit(job);
    await().until(() -> a.jobs().size() == 1);
    expire(a, b);
    await().until(() -> "1 failed and at most 0 may (a)".equals(paused(job)));

    FakeNode back = server.node("a").join();
    back.answer(FakeNode.success(job.id(), ""));
    await().until(() -> back.durable().contains(job.id()));
    await()
        .until(
            () ->
                "0 failed and at most 0 may, since nodes that were lost have succeeded after all"
                    .equals(paused(job)));
    assertEquals(0, resume(job).failedNodes());
    await().until(() -> b.jobs().contains(job.id()));
  }

  /** The first of its nodes fails, and it may not go on. */
  private void pauseByFailure(Job job, FakeNode first) {
    server.submit(job);
    await().until(() -> first.jobs().contains(job.id()));
    first.answer(FakeNode.failure(job.id()));
    await().until(() -> paused(job) != null);
  }

  private String paused(Job job) {
    return server.summary(job.id()).progress().paused();
  }

  private RunState pause(Job job) {
    return TestServer.get(server.dispatch().pause(TestServer.CALLER, job.parent().id(), false));
  }

  private RunState resume(Job job) {
    return TestServer.get(server.dispatch().pause(TestServer.CALLER, job.id(), true));
  }

  /** The other node stays. */
  private void expire(FakeNode node, FakeNode other) {
    node.close();
    for (int i = 0; i < 7; i++) {
      other.heartbeat();
      server.pass(Duration.ofSeconds(30));
    }
  }
}
