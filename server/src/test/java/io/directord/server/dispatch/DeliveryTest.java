package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.api.NodeView;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeTrouble;
import io.directord.common.wire.ServerMessage;
import io.directord.server.FakeNode;
import io.directord.server.LogLines;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** At least once to the node, exactly once into the books. */
class DeliveryTest {
  private static final int WINDOW = 3;

  private final MemoryStore store = new MemoryStore();
  private final TestClock clock = new TestClock();
  @AutoClose private TestServer server = new TestServer(store, clock, TestServer.window(WINDOW));

  @Test
  void keepsNoMoreOutstandingThanTheWindow() {
    FakeNode node = server.node("a").join();
    List<UUID> ids =
        server.submit(
            TestServer.job(),
            TestServer.job(),
            TestServer.job(),
            TestServer.job(),
            TestServer.job());

    await().until(() -> node.jobs().size() == WINDOW);
    assertEquals(
        5, TestServer.get(server.dispatch().nodes(TestServer.CALLER)).get(0).outstanding());
    node.answer(FakeNode.success(ids.get(0), ""));

    await().until(() -> node.jobs().size() == WINDOW + 1);
    assertEquals(ids.subList(0, WINDOW + 1), node.jobs());
  }

  @Test
  void saysOfANodeThatItBeginsNothing() {
    FakeNode node = server.node("a").join();
    List<UUID> ids = server.submit(TestServer.job(), TestServer.job());
    await().until(() -> node.jobs().size() == 2);
    server.pass(Duration.ofSeconds(14));
    assertEquals("", remark());

    server.pass(Duration.ofSeconds(3));
    assertTrue(remark().startsWith("it has begun none of its jobs for 1"), this::remark);

    node.answer(FakeNode.success(ids.get(0), ""));
    await().until(() -> remark().isEmpty());
    node.send(new NodeMessage.Started(ids.get(1), "RUN", null));
    await().until(() -> server.view(ids.get(1)).nodes().get(0).state() == State.RUNNING);
    server.pass(Duration.ofSeconds(60));
    assertEquals("", remark());
  }

  @Test
  void saysOfANodeWhatItsClientCannotDo() {
    try (LogLines log = new LogLines(Membership.class)) {
      FakeNode node = server.node("ill").join();
      node.trouble(new NodeTrouble("it refuses jobs, since\nits disk is full", true)).heartbeat();
      String text = "it refuses jobs, since?its disk is full";
      await().until(() -> remark().equals("its client says: " + text));

      node.heartbeat().trouble(null).heartbeat();
      await().until(() -> remark().isEmpty());
      assertEquals(
          List.of("node ill says: " + text, "node ill is well again"),
          log.warnings().stream().filter(line -> line.startsWith("node ill ")).toList());
    }
  }

  private String remark() {
    return TestServer.get(server.dispatch().nodes(TestServer.CALLER)).get(0).remark();
  }

  @Test
  void sendsAgainInOrderWhatANewConnectionHasNotAnswered() {
    FakeNode first = server.node("a").join();
    List<UUID> ids = server.submit(TestServer.job(), TestServer.job(), TestServer.job());
    await().until(() -> first.jobs().size() == 3);
    first.answer(FakeNode.success(ids.get(0), ""));
    await().until(() -> first.durable().contains(ids.get(0)));
    first.close();

    FakeNode second = server.node("a").join();

    await().until(() -> second.jobs().size() == 2);
    assertEquals(ids.subList(1, 3), second.jobs());
  }

  @Test
  void confirmsARepeatedResultAndCountsItOnce() {
    FakeNode node = server.node("a").join();
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()));

    node.answer(FakeNode.success(job.id(), "first"));
    await().until(() -> node.durable().size() == 1);
    node.answer(FakeNode.failure(job.id()));
    await().until(() -> node.durable().size() == 2);
    // At once: one answer to both is enough.
    node.answer(FakeNode.failure(job.id()));
    node.answer(FakeNode.failure(job.id()));
    await().until(() -> node.durable().size() >= 3);

    JobView view = server.view(job.id());
    assertEquals(1, view.summary().succeeded());
    assertEquals(0, view.summary().failed());
    assertEquals("first", view.nodes().get(0).stdout());
  }

  @Test
  void ignoresResultsForJobsThatWereNotSentToThatNode() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job job = TestServer.job("a");
    server.submit(job);
    await().until(() -> a.jobs().contains(job.id()));

    b.answer(FakeNode.failure(job.id()));
    Job other = TestServer.job("b");
    server.submit(other);
    await().until(() -> b.jobs().contains(other.id()));
    b.answer(FakeNode.success(other.id(), ""));
    await().until(() -> b.durable().contains(other.id()));

    assertTrue(server.summary(job.id()).processing());
    assertEquals(List.of(other.id()), b.durable());
  }

  @Test
  void asksAStrangerWhoItIs() {
    FakeNode node = server.node("a");

    node.answer(FakeNode.success(UUID.randomUUID(), ""));

    await().until(() -> node.all(ServerMessage.WhoAreYou.class).size() == 1);
  }

  @Test
  void failsTheJobsOfANodeThatIsNotHeardOfAndTakesItsLateAnswers() {
    FakeNode node = server.node("a").join();
    List<UUID> ids =
        server.submit(TestServer.job(), TestServer.job(), TestServer.job(), TestServer.job());
    await().until(() -> node.jobs().size() == WINDOW);

    server.pass(TestServer.HEARTBEAT.multipliedBy(3).plusSeconds(1));
    await().until(() -> !server.summary(ids.get(3)).processing());

    NodeOutcome sent = server.view(ids.get(0)).nodes().get(0);
    assertEquals(Outcome.Reason.LOST, sent.reason());
    assertEquals(
        "node a has not been heard of for 181 s; the job may have run there, and its output is missing",
        sent.info());
    assertTrue(server.view(ids.get(3)).nodes().get(0).info().contains("had not been sent"));
    assertEquals(
        NodeView.State.EXPIRED,
        TestServer.get(server.dispatch().nodes(TestServer.CALLER)).get(0).state());

    node.answer(FakeNode.success(ids.get(0), "late"));
    await().until(() -> server.summary(ids.get(0)).succeeded() == 1);
    assertEquals(0, server.summary(ids.get(0)).failed());
    assertEquals("late", server.view(ids.get(0)).nodes().get(0).stdout());
    await().until(() -> node.durable().contains(ids.get(0)));
    assertEquals(WINDOW, node.jobs().size());
  }

  @Test
  void aLateAnswerReplacesALostOneWhileOtherNodesAreStillAtWork() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> a.jobs().size() == 1 && b.jobs().size() == 1);
    server.pass(TestServer.HEARTBEAT.multipliedBy(2));
    b.heartbeat();
    await()
        .until(
            () ->
                TestServer.get(server.dispatch().nodes(TestServer.CALLER))
                        .get(1)
                        .expiry()
                        .toSeconds()
                    == 180);
    server.pass(TestServer.HEARTBEAT.plusSeconds(1));
    await().until(() -> server.summary(job.id()).failed() == 1);

    a.answer(FakeNode.success(job.id(), "late"));
    await().until(() -> server.summary(job.id()).succeeded() == 1);
    assertEquals(0, server.summary(job.id()).failed());
    assertTrue(server.summary(job.id()).processing());

    b.answer(FakeNode.success(job.id(), ""));
    await().until(() -> !server.summary(job.id()).processing());
    assertEquals(2, server.summary(job.id()).succeeded());
  }

  @Test
  void aJobForAnExpiredNodeFailsAtOnce() {
    server.node("a").join();
    server.expire("a");
    Job job = TestServer.job("a");

    server.submit(job);

    await().until(() -> !server.summary(job.id()).processing());
    assertEquals(Outcome.Reason.LOST, server.view(job.id()).nodes().get(0).reason());
  }

  @Test
  void takesUpUnendedJobsAfterARestart() {
    FakeNode before = server.node("a").join();
    FakeNode x = server.node("x").answering(run -> FakeNode.failure(run.job().id())).join();
    List<UUID> ids =
        server.submit(TestServer.job("a"), TestServer.job("a"), TestServer.job("x", "a"));
    await().until(() -> before.jobs().size() == 3);
    await().until(() -> x.durable().contains(ids.get(2)));
    before.answer(FakeNode.success(ids.get(0), "before"));
    await().until(() -> before.durable().contains(ids.get(0)));
    server = server.restarted();

    FakeNode after = server.node("a").join();
    await().until(() -> after.jobs().size() == 2);
    assertEquals(ids.subList(1, 3), after.jobs());
    after.answer(FakeNode.success(ids.get(1), "after"));
    after.answer(FakeNode.success(ids.get(2), "after"));
    // A result that the server before this one has committed, but whose Durable was lost.
    after.answer(FakeNode.failure(ids.get(0)));

    await().until(() -> after.durable().containsAll(ids));
    assertEquals("before", server.view(ids.get(0)).nodes().get(0).stdout());
    assertEquals(1, server.summary(ids.get(2)).failed());
    assertEquals(1, server.summary(ids.get(2)).succeeded());
    assertEquals(3, TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)).size());
  }
}
