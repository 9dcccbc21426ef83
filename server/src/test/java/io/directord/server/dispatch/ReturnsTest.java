package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.JobCounts;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.api.NodeView;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Outcome.Reason;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.FakeNode;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that come back and say which jobs they have. */
class ReturnsTest {
  private final MemoryStore memory = new MemoryStore();
  private final JobStore store = StoreStub.of(memory, this::slowly);
  private volatile CountDownLatch corePaused = new CountDownLatch(0);
  private final TestClock clock = new TestClock();
  @AutoClose private TestServer server;
  private FakeNode node;
  private final Job runs = TestServer.job("a");
  private final Job queued = TestServer.job("a");

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(store, clock, TestServer.window(10));
    node = server.node("a").join();
    server.submit(runs, queued);
    await().until(() -> node.jobs().size() == 2);
  }

  @Test
  void whatRunsGoesOnAndWhatHasNotBegunIsDropped() {
    expire();

    node.join().send(holding());

    await().until(() -> !node.dropped().isEmpty());
    assertEquals(List.of(List.of(queued.id())), node.dropped());
    assertEquals(List.of(), node.cancelled());
    await().until(() -> outcome(runs).info().contains("it is back, and the job still runs there"));
    assertEquals(Reason.LOST, outcome(runs).reason());
    node.answer(FakeNode.success(runs.id(), "late"));
    await().until(() -> outcome(runs).state() == State.SUCCEEDED);
    assertEquals(0, server.summary(runs.id()).counts().failed());
  }

  @Test
  void whatIsDroppedCountsAsOmittedAndNoLongerAsLost() {
    expire();
    node.join().send(holding());
    await().until(() -> !node.dropped().isEmpty());

    Outcome dropped = new Outcome.Failed(Reason.NOT_STARTED, "dropped before it began");
    node.answer(NodeResult.withoutRun(queued.id(), dropped, clock.instant()));

    await().until(() -> outcome(queued).reason() == Reason.NOT_STARTED);
    assertTrue(
        outcome(queued).info().endsWith("since the node had expired or was forgotten"),
        outcome(queued).info());
    JobCounts counts = server.summary(queued.id()).counts();
    assertEquals(List.of(1, 0, 1), List.of(counts.failed(), counts.lost(), counts.omitted()));
  }

  @Test
  void whoFollowsHearsAtOnceThatTheJobStillRuns() {
    List<Event> events = server.follow(Detail.FAILURES, runs.parent().id());
    expire();
    node.join().send(holding()).send(holding());

    await().until(() -> node.dropped().size() == 2);

    await().until(() -> outcome(runs).info().contains("still runs there"));
    await().until(() -> goingOn(events) > 0);
    assertEquals(1, goingOn(events));
  }

  private static long goingOn(List<Event> events) {
    return events.stream()
        .filter(Event.NodeAnswered.class::isInstance)
        .filter(event -> event.toString().contains("still runs there"))
        .count();
  }

  @Test
  void aNodeThatIsHeardAgainIsAskedWhoItIs() {
    expire();

    node.send(new NodeMessage.Started(runs.id(), "RUN", null)).send(holding());

    await().until(() -> !node.all(ServerMessage.WhoAreYou.class).isEmpty());
    assertEquals(1, node.all(ServerMessage.WhoAreYou.class).size());
  }

  @Test
  void aServerThatWasStartedAnewKnowsWhatWasLostBefore() throws IOException {
    expire();
    restart();

    node.send(holding());

    await().until(() -> !node.dropped().isEmpty());
    assertEquals(List.of(List.of(queued.id())), node.dropped());
    await().until(() -> outcome(runs).info().contains("still runs there"));
  }

  @Test
  void aJobThatRanBeforeTheServerWasStartedAnewIsShownAsRunning() throws IOException {
    restart();
    await().until(() -> node.jobs().size() == 2);
    assertEquals(State.SENT, outcome(runs).state());

    node.send(holding());

    await().until(() -> outcome(runs).state() == State.RUNNING);
    await().until(() -> node.dropped().equals(List.of(List.of())));
    assertEquals(State.SENT, outcome(queued).state());
  }

  @Test
  void whatTheServerDoesNotKnowAnyMoreDoesNotBegin() {
    UUID unknown = UUID.randomUUID();

    node.send(new NodeMessage.Holding(List.of(UUID.randomUUID()), List.of(unknown)));

    await().until(() -> !node.dropped().isEmpty());
    assertEquals(List.of(List.of(unknown)), node.dropped());
    assertEquals(List.of(), node.cancelled());
  }

  @Test
  void aLostJobThatStillRunsCanBeCancelled() {
    expire();
    node.join().send(holding());
    await().until(() -> !node.dropped().isEmpty());

    assertEquals(
        List.of(runs.id()),
        TestServer.get(server.dispatch().cancel(TestServer.CALLER, runs.parent().id())).jobs());

    await().until(() -> node.cancelled().equals(List.of(runs.id())));
  }

  @Test
  void aLostJobThatIsCancelledWhileItIsReadEndsToo() {
    expire();
    corePaused = new CountDownLatch(1);
    node.join().send(holding());
    await().until(() -> !node.dropped().isEmpty());

    assertEquals(List.of(runs.id()), cancel(runs.id()).lost());
    corePaused.countDown();

    await().until(() -> node.cancelled().equals(List.of(runs.id())));
  }

  @Test
  void ofLostJobsOnlyThoseAreCancelledThatMayStillRun() {
    expire();
    Job never = TestServer.job("a");
    server.submit(never);
    await().until(() -> outcome(never).reason() == Reason.LOST);

    Bodies.Cancelled sent = cancel(runs.id());
    Bodies.Cancelled unsent = cancel(never.id());

    assertEquals(
        new Bodies.Cancelled(List.of(runs.id()), List.of(), List.of(runs.id()), null), sent);
    assertEquals(new Bodies.Cancelled(List.of(), List.of(), List.of(), null), unsent);
  }

  private Bodies.Cancelled cancel(UUID id) {
    return TestServer.get(server.dispatch().cancel(TestServer.CALLER, id));
  }

  @Test
  void aLostJobThatWasCancelledEndsWhenItsNodeIsBack() throws IOException {
    expire();
    assertEquals(
        List.of(runs.id()),
        TestServer.get(server.dispatch().cancel(TestServer.CALLER, runs.id())).jobs());
    restart();

    node.send(holding());

    await().until(() -> node.cancelled().equals(List.of(runs.id())));
  }

  @Test
  void aLostJobThatWasCancelledIsShownAsThatWhenItsNodeIsBack() {
    expire();
    TestServer.get(server.dispatch().cancel(TestServer.CALLER, runs.id()));
    node.join().send(holding());
    await().until(() -> outcome(runs).info().contains("it is back"));
    assertEquals(
        "node a was away for too long; it is back, and is told to end the job, which was cancelled:"
            + " its result will take the place of this",
        outcome(runs).info());

    Outcome cancelled = new Outcome.Failed(Reason.CANCELLED, "cancelled");
    node.answer(NodeResult.withoutRun(runs.id(), cancelled, clock.instant()));
    await().until(() -> outcome(runs).reason() == Reason.CANCELLED);
    assertEquals("cancelled", outcome(runs).info());
    assertEquals(0, server.summary(runs.id()).counts().lost());
  }

  @Test
  void aLostJobThatWaitsForOthersIsToldThatItWaitsInVain() {
    expire();
    node.join();

    node.send(new NodeMessage.Waiting(runs.id(), "QUERY", "{}"));

    await().until(() -> !node.all(ServerMessage.Resume.class).isEmpty());
    assertFalse(node.all(ServerMessage.Resume.class).get(0).success());
  }

  @Test
  void outputOfALostJobThatStillRunsIsPassedOn() {
    FakeNode other = server.node("b").join();
    Job both = TestServer.job("a", "b");
    server.submit(both);
    await().until(() -> node.jobs().contains(both.id()) && other.jobs().contains(both.id()));
    server.pass(TestServer.HEARTBEAT.multipliedBy(2));
    other.heartbeat();
    await().until(() -> server.nodeView("b").expiry().compareTo(TestServer.HEARTBEAT) > 0);
    server.pass(TestServer.HEARTBEAT.plusSeconds(2));
    await().until(() -> server.nodeView("a").state() == NodeView.State.EXPIRED);
    List<Event> events = server.follow(Detail.OUTPUT, both.parent().id());
    node.join().send(new NodeMessage.Holding(List.of(both.id()), List.of()));

    node.send(
        new NodeMessage.Output(
            both.id(), "RUN", NodeMessage.Stream.STDOUT, "still here".getBytes(), null, 0));

    await().until(() -> events.stream().anyMatch(Event.JobOutput.class::isInstance));
    assertTrue(server.summary(both.id()).processing());
  }

  @Test
  void theAnswerSaysWhichQuestionItAnswersAndWhoseContentIsGone() {
    expire();
    node.join().send(new NodeMessage.Holding(List.of(runs.id()), List.of(), 5));

    await().until(() -> !node.dropped().isEmpty());

    assertEquals(
        new ServerMessage.Drop(List.of(), List.of(runs.id()), 5),
        node.all(ServerMessage.Drop.class).get(0));
  }

  @Test
  void contentOfAJobThatHasNotEndedEverywhereIsStillThere() {
    FakeNode other = server.node("b").join();
    Job both = TestServer.job("a", "b");
    server.submit(both);
    await().until(() -> node.jobs().contains(both.id()) && other.jobs().contains(both.id()));
    node.send(new NodeMessage.Holding(List.of(both.id()), List.of(), 6));
    await().until(() -> !node.dropped().isEmpty());
    assertEquals(List.of(), node.all(ServerMessage.Drop.class).get(0).gone());
  }

  @Test
  void everyHeartbeatIsHeard() {
    int before = node.all(ServerMessage.Heard.class).size();
    node.heartbeat().heartbeat();
    await().until(() -> node.all(ServerMessage.Heard.class).size() == before + 2);
    assertEquals(Duration.ofMinutes(1), node.all(ServerMessage.Heard.class).get(0).agentUptime());
  }

  /** The server that had noted the result was killed before it said so. */
  @Test
  void aResultThatAServerBeforeThisOneHasNotedIsDurable() throws IOException {
    FakeNode other = server.node("b").join();
    Job both = TestServer.job("a", "b");
    server.submit(both);
    await().until(() -> node.jobs().contains(both.id()) && other.jobs().contains(both.id()));
    node.answer(FakeNode.success(both.id(), "done"));
    await().until(() -> node.durable().contains(both.id()));
    restart();

    node.answer(FakeNode.success(both.id(), "done"));

    await().until(() -> node.durable().contains(both.id()));
    assertTrue(server.summary(both.id()).processing());
  }

  private void expire() {
    server.pass(TestServer.HEARTBEAT.multipliedBy(3).plusSeconds(2));
    await().until(() -> !server.summary(queued.id()).processing());
    assertEquals(Reason.LOST, outcome(runs).reason());
  }

  /** What the core reads reaches it only when it is not paused any more. */
  private Object slowly(String method, StoreStub.Call store) throws Throwable {
    Object answer = store.ask();
    if (Thread.currentThread().getName().equals("core-reader")) {
      corePaused.await();
    }
    return answer;
  }

  private void restart() throws IOException {
    server = server.restarted();
    node = server.node("a").join();
  }

  private NodeMessage.Holding holding() {
    return new NodeMessage.Holding(List.of(runs.id()), List.of(queued.id()));
  }

  private NodeOutcome outcome(Job job) {
    return server.view(job.id()).nodes().get(0);
  }
}
