package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeView;
import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.target.TargetGroups;
import io.directord.server.FakeNode;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that come when the server has given up, and before its store has noted all of that. */
class LateAnswersTest {
  private static final int MANY = 1000;

  private final TestClock clock = new TestClock();
  private final Semaphore commits = new Semaphore(MANY);
  private final MemoryStore memory = new MemoryStore();
  private volatile boolean summariesForgotten;
  private TestServer server;
  private FakeNode a;
  private FakeNode b;
  private Job job;

  @BeforeEach
  void start() throws IOException {
    JobStore store =
        StoreStub.of(
            memory,
            (method, real) -> {
              if (method.equals("commit")) {
                commits.acquire();
              }
              return method.equals("summary") && summariesForgotten ? Optional.empty() : real.ask();
            });
    server =
        new TestServer(
            store,
            clock,
            new DispatchLimits(
                10,
                TestServer.HEARTBEAT,
                100,
                Duration.ofDays(1),
                TargetGroups.NONE,
                HookSettings.NONE,
                null));
    a = server.node("a").join();
    b = server.node("b").join();
    job = TestServer.job("a", "b");
    server.submit(job);
    await().until(() -> a.jobs().contains(job.id()) && b.jobs().contains(job.id()));
  }

  @AfterEach
  void stop() {
    commits.release(MANY);
    server.close();
  }

  @Test
  void thoseOfSeveralNodesAtOnceAreAllCounted() {
    expire();
    await().until(() -> !server.summary(job.id()).processing());
    commits.drainPermits();

    answerLate("a", a);
    answerLate("a", a);
    answerLate("b", b);
    commits.release(MANY);

    await().until(() -> a.durable().contains(job.id()) && b.durable().contains(job.id()));
    assertAllSucceeded();
  }

  @Test
  void oneBeforeTheEndIsInTheStoreDoesNotLoseTheNext() {
    List<Event> events = server.follow(EventFilter.Detail.NODES, job.parent().id());
    commits.drainPermits();
    expire();
    await().until(commits::hasQueuedThreads);
    answerLate("a", a);
    commits.release(1);
    await().until(() -> events.stream().filter(Event.NodeAnswered.class::isInstance).count() >= 2);

    answerLate("b", b);
    commits.release(MANY);

    await().until(() -> a.durable().contains(job.id()) && b.durable().contains(job.id()));
    assertAllSucceeded();
  }

  @Test
  void oneToAJobThatIsBeingForgottenDoesNotBringItBack() {
    expire();
    await().until(() -> !server.summary(job.id()).processing());
    commits.drainPermits();
    CompletableFuture<Integer> purged = server.dispatch().purgeJobs(TestServer.CALLER);

    answerLate("a", a);
    commits.release(MANY);

    assertEquals(1, TestServer.get(purged));
    await().until(() -> a.durable().contains(job.id()));
    assertEquals(List.of(), TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)));
  }

  @Test
  void aJobThatIsBeingForgottenIsKnownUntilTheStoreHasThat() {
    expire();
    await().until(() -> !server.summary(job.id()).processing());
    commits.drainPermits();
    CompletableFuture<Integer> purged = server.dispatch().purgeJobs(TestServer.CALLER);
    await().until(commits::hasQueuedThreads);

    CompletableFuture<Bodies.Cancelled> cancelled =
        server.dispatch().cancel(TestServer.CALLER, job.id());
    assertEquals(
        NodeView.State.EXPIRED, server.nodeView("a").state(), "the question before was heard too");
    assertFalse(cancelled.isDone(), "a job that is not known would have been refused");
    CompletableFuture<Integer> purgedAgain = server.dispatch().purgeJobs(TestServer.CALLER);
    commits.release(MANY);

    assertEquals(1, TestServer.get(purged));
    assertEquals(0, TestServer.get(purgedAgain));
    assertEquals(List.of(), TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)));
    assertThrows(
        RefusedException.class,
        () -> TestServer.get(server.dispatch().cancel(TestServer.CALLER, job.id())));
  }

  @Test
  void aResultCountsForWhoAsksOnceTheStoreHasIt() {
    commits.drainPermits();
    a.answer(FakeNode.success(job.id(), "out")).heartbeat();
    await().until(commits::hasQueuedThreads);

    assertEquals(0, server.summary(job.id()).succeeded());
    commits.release(MANY);

    await().until(() -> server.summary(job.id()).succeeded() == 1);
    assertTrue(server.summary(job.id()).processing());
  }

  @Test
  void aJobThatIsForgottenWhileItIsReadIsNotThere() {
    expire();
    await().until(() -> !server.summary(job.id()).processing());
    summariesForgotten = true;

    RefusedException refused = assertThrows(RefusedException.class, () -> server.view(job.id()));

    assertEquals(RefusedException.Kind.NOT_FOUND, refused.kind());
    summariesForgotten = false;
  }

  private void expire() {
    server.pass(TestServer.HEARTBEAT.multipliedBy(3).plus(Duration.ofSeconds(2)));
    await().until(() -> isExpired("a") && isExpired("b"));
  }

  /** Returns when the dispatcher has the answer: what a node says next is heard after it. */
  private void answerLate(String name, FakeNode node) {
    node.answer(FakeNode.success(job.id(), "late")).heartbeat();
    await().until(() -> server.nodeView(name).state() == NodeView.State.ACTIVE);
  }

  private boolean isExpired(String name) {
    return server.nodeView(name).state() == NodeView.State.EXPIRED;
  }

  private void assertAllSucceeded() {
    JobSummary summary = memory.summary(1).orElseThrow();
    assertEquals(2, summary.succeeded());
    assertEquals(0, summary.failed());
  }
}
