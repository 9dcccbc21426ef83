package io.directord.server.dispatch;

import static io.directord.server.dispatch.RollingJobs.assertRefused;
import static io.directord.server.dispatch.RollingJobs.job;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobProgress;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodePresence;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.server.FakeNode;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Jobs that are held for nodes that are away, until a deadline. */
class HeldJobsTest {
  private final MemoryStore store = new MemoryStore();
  private final TestClock clock = new TestClock();
  @AutoClose private TestServer server = new TestServer(store, clock, TestServer.window(100));

  @Test
  void aJobIsHeldForANodeThatHasNotEnrolledAndGivenToItWhenItComes() {
    server.node("a").join();
    Job job = job(UUID.randomUUID(), null, "1h", "a", "z");
    Receipt receipt = TestServer.get(server.dispatch().submit(TestServer.CALLER, List.of(job)));
    assertEquals(
        List.of(new Receipt.Held("z", false, clock.instant().plus(Duration.ofHours(1)))),
        receipt.held());
    assertEquals(
        "held until " + clock.instant().plus(Duration.ofHours(1)) + ": node z has not enrolled",
        server.outcome(job, "z").info());
    JobProgress progress = server.summary(job.id()).progress();
    assertEquals(1, progress.held());

    FakeNode z = server.node("z").join();
    await().until(() -> z.jobs().contains(job.id()));
    z.answer(FakeNode.success(job.id(), ""));
    await().until(() -> server.view(job.id()).summary().succeeded() == 1);
  }

  @Test
  void aNodeThatGoesAwayBeforeItsTurnTellsUntilWhenItsJobsAreHeld() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job first = job(UUID.randomUUID(), "{'batch': 1}", "1h");
    Job second = TestServer.job();
    Instant until = clock.instant().plus(Duration.ofHours(1));
    server.submit(first);
    server.submit(second);
    await().until(() -> a.jobs().contains(first.id()));
    assertNull(server.nodeView("b").presence().heldUntil());
    b.close();
    a.close();
    await().until(() -> server.nodeView("a").state() == NodeView.State.AWAY);
    await().until(() -> server.nodeView("b").state() == NodeView.State.AWAY);
    NodePresence ofB = server.nodeView("b").presence();
    assertEquals(1, ofB.held());
    assertEquals(until, ofB.heldUntil());
    assertEquals(2, server.nodeView("b").outstanding());
    assertEquals(0, server.nodeView("a").presence().held());
    server.expire("b");
    assertEquals(until, server.nodeView("b").presence().heldUntil());
    assertEquals(1, server.nodeView("b").outstanding());
  }

  @Test
  void whatIsHeldForANodeThatHasNotEnrolledEndsWhenItIsForgotten() {
    FakeNode a = server.node("a").join();
    Job job = job(UUID.randomUUID(), null, "1h", "a", "z");
    server.submit(job);
    await().until(() -> a.jobs().contains(job.id()));
    a.answer(FakeNode.success(job.id(), ""));
    await().until(() -> server.summary(job.id()).succeeded() == 1);

    assertEquals(
        List.of("z"), TestServer.get(server.dispatch().forgetNodes(TestServer.CALLER, "z")));

    await().until(() -> !server.summary(job.id()).processing());
    assertTrue(
        server.outcome(job, "z").info().startsWith("node z was forgotten"),
        server.outcome(job, "z").info());
    assertRefused(
        "unknown node z",
        () -> TestServer.get(server.dispatch().forgetNodes(TestServer.CALLER, "z")));
  }

  @Test
  void anExpiredNodeIsHeldForInsteadOfLeftOutAlsoOverARestart() {
    FakeNode a = server.node("a").join();
    a.close();
    server.expire("a");
    Job job = job(UUID.randomUUID(), "{'batch': 1}", "2d");
    server.submit(job);
    assertTrue(server.summary(job.id()).processing());

    server = server.restarted();
    server.pass(Duration.ofSeconds(400));
    assertTrue(server.summary(job.id()).processing());
    FakeNode back = server.node("a").join();
    await().until(() -> back.jobs().contains(job.id()));
  }

  @Test
  void atTheDeadlineItEndsWithTheReasonAndAClockThatIsSetDoesNotEndIt() {
    server.node("a").join();
    Job job = job(UUID.randomUUID(), null, "10m", "z");
    server.submit(job);
    clock.set(Duration.ofDays(30));
    server.pass(Duration.ofSeconds(590));
    assertTrue(server.summary(job.id()).processing());
    server.pass(Duration.ofSeconds(12));
    await().until(() -> !server.summary(job.id()).processing());
    NodeOutcome ended = server.outcome(job, "z");
    assertEquals(Outcome.Reason.NOT_STARTED, ended.reason());
    assertTrue(ended.info().startsWith("node z has not enrolled; the job was held for it until"));
    assertEquals(1, server.summary(job.id()).failed());
  }

  @Test
  void withoutADeadlineAnUnknownNodeIsAnError() {
    server.node("a").join();
    assertRefused("unknown node z", () -> server.submit(job(UUID.randomUUID(), null, null, "z")));
  }

  @Test
  void aNodeThatComesAndGoesBeforeItWasGivenAnythingIsHeldForAgain() {
    server.close();
    server = new TestServer(store, clock, TestServer.window(1));
    FakeNode a = server.node("a").join();
    Job first =
        JobJson.read(
            Json.object().put("verb", "RUN").put("command", "x").put("parent_async", true));
    ObjectNode json = JobJson.write(job(UUID.randomUUID(), null, "2d", "a"));
    Job held = JobJson.read(json.put("parent_async", true));
    server.submit(first);
    await().until(() -> a.jobs().size() == 1);
    server.submit(held);
    // It has its turn, and the window is full.
    await().until(() -> server.outcome(held, "a").notBegun() == null);
    a.close();
    server.pass(Duration.ofSeconds(200));
    await().until(() -> !server.summary(first.id()).processing());
    assertTrue(
        server.outcome(held, "a").info().startsWith("held until "),
        () -> server.outcome(held, "a").toString());
    assertEquals(1, server.summary(held.id()).progress().held());

    FakeNode back = server.node("a").join();
    await().until(() -> back.jobs().contains(held.id()));
    back.answer(FakeNode.success(held.id(), ""));
    await().until(() -> server.summary(held.id()).succeeded() == 1);
  }
}
