package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.NodeView;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.FakeNode;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoreException;
import io.directord.verbs.builtin.QueryComponent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** QUERY, JOB_WAIT and QUEUESENTINEL, as the server sees them. */
class CoordinationTest {
  private static final String SHA = "ab".repeat(28);

  private final MemoryStore store = new MemoryStore();
  private final TestClock clock = new TestClock();
  @AutoClose private TestServer server = server(1000);

  private TestServer server(int window) {
    return new TestServer(store, clock, TestServer.window(window));
  }

  @Test
  void aQueryIsSentToEveryNodeAndItsAnswersToAllOfThem() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job query = query("a");
    server.submit(query);
    await().until(() -> a.jobs().size() == 1 && b.jobs().size() == 1);
    assertEquals(List.of("a"), a.all(ServerMessage.Run.class).get(0).job().targets());

    a.send(waiting(query, "{\"n\":1}"));
    b.answer(FakeNode.success(query.id(), "{\"n\":[2]}"));

    UUID callback = QueryComponent.callbackId(query.id());
    await().until(() -> a.jobs().contains(callback) && b.jobs().contains(callback));
    assertEquals(
        "{\"extend_args\":true,\"answers\":true,"
            + "\"args\":{\"query\":{\"a\":{\"n\":1},\"b\":{\"n\":[2]}}},"
            + "\"parent_async_bypass\":true}",
        a.all(ServerMessage.Run.class).get(1).job().arguments().toString());
    assertEquals(List.of(), a.all(ServerMessage.Resume.class));

    b.answer(FakeNode.success(callback, ""));
    a.answer(FakeNode.success(callback, ""));
    await().until(() -> a.all(ServerMessage.Resume.class).size() == 1);
    assertEquals(
        new ServerMessage.Resume(query.id(), true, "Callback [ " + callback + " ] completed"),
        a.all(ServerMessage.Resume.class).get(0));
    assertEquals(List.of(), b.all(ServerMessage.Resume.class));
  }

  @Test
  void aNodeThatCannotAnswerIsNamedAndHoldsNobodyUp() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job query = query("a");
    server.submit(query);
    await().until(() -> a.jobs().size() == 1 && b.jobs().size() == 1);
    a.send(waiting(query, "{\"n\":1}"));
    b.answer(FakeNode.failure(query.id()));
    UUID callback = QueryComponent.callbackId(query.id());
    await().until(() -> a.jobs().contains(callback));
    a.answer(FakeNode.success(callback, ""));
    await().until(() -> !a.all(ServerMessage.Resume.class).isEmpty());
    ServerMessage.Resume resume = a.all(ServerMessage.Resume.class).get(0);
    assertTrue(resume.info().endsWith("; without an answer from b"), resume.info());
  }

  @Test
  void nodesWithoutTheArgumentAreNamed() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job query = query("a");
    server.submit(query);
    await().until(() -> a.jobs().size() == 1 && b.jobs().size() == 1);
    a.send(waiting(query, "{\"n\":null}"));
    b.answer(FakeNode.success(query.id(), "{\"n\":null}"));
    UUID callback = QueryComponent.callbackId(query.id());
    await().until(() -> a.jobs().contains(callback));
    a.answer(FakeNode.success(callback, ""));
    await().until(() -> !a.all(ServerMessage.Resume.class).isEmpty());
    ServerMessage.Resume resume = a.all(ServerMessage.Resume.class).get(0);
    assertTrue(resume.success());
    assertTrue(resume.info().endsWith("; not set on a, b"), resume.info());
  }

  @Test
  void aQueryThatNobodyWaitsForHandsItsAnswersOutToo() {
    FakeNode a = server.node("a").join();
    Job query = query("a");
    server.submit(query);
    await().until(() -> a.jobs().size() == 1);
    a.answer(FakeNode.success(query.id(), "{\"n\":1}"));
    await().until(() -> a.jobs().contains(QueryComponent.callbackId(query.id())));
  }

  @Test
  void theAnswersPassAWindowThatIsFull() throws IOException {
    server.stop();
    server = server(2);
    FakeNode a = server.node("a").join();
    Job query = query("a");
    server.submit(query, TestServer.job("a"), TestServer.job("a"), TestServer.job("a"));
    await().until(() -> a.jobs().size() == 2);
    a.send(waiting(query, "{\"n\":1}"));
    await().until(() -> a.jobs().contains(QueryComponent.callbackId(query.id())));
    assertEquals(3, a.jobs().size());
  }

  @Test
  void aQuerySurvivesARestartOfTheServer() throws IOException {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job query = query("a");
    server.submit(query);
    await().until(() -> a.jobs().size() == 1 && b.jobs().size() == 1);
    b.answer(FakeNode.success(query.id(), "{\"n\":2}"));
    await().until(() -> b.durable().contains(query.id()));
    server = server.restarted();
    FakeNode a2 = server.node("a").join();
    a2.send(waiting(query, "{\"n\":1}"));
    UUID callback = QueryComponent.callbackId(query.id());
    await().until(() -> a2.jobs().contains(callback));
    ServerMessage.Run run = a2.all(ServerMessage.Run.class).get(a2.jobs().indexOf(callback));
    assertEquals(
        "{\"query\":{\"a\":{\"n\":1},\"b\":{\"n\":2}}}",
        run.job().arguments().get("args").toString());
    a2.answer(FakeNode.success(callback, ""));
    await().until(() -> a2.all(ServerMessage.Resume.class).size() == 1);

    // The word was lost with its connection: the node asks again.
    a2.send(waiting(query, "{\"n\":1}"));
    await().until(() -> a2.all(ServerMessage.Resume.class).size() == 2);
    assertEquals(1, a2.jobs().stream().filter(callback::equals).count());
  }

  @Test
  void aJobWaitIsOverWhenTheJobHasEndedOnAllItsNodes() {
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    server.node("c").succeeding().join();
    Job awaited = job("RUN", "b", "c").put("job_sha3_224", SHA).put("command", "x").read();
    Job wait = jobWait("b", "c");
    server.submit(wait, awaited);
    await().until(() -> a.jobs().contains(wait.id()) && b.jobs().contains(awaited.id()));
    a.send(waiting(wait, ""));
    b.answer(FakeNode.failure(awaited.id()));
    await().until(() -> a.all(ServerMessage.Resume.class).size() == 1);
    assertTrue(a.all(ServerMessage.Resume.class).get(0).success());
  }

  @Test
  void aJobWaitFailsAtOnceIfItsTemplateNamesAnUnknownNode() {
    FakeNode a = server.node("a").join();
    server.node("b").join();
    Job wait = jobWait("{{ nodes }}");
    server.submit(wait);
    await().until(() -> a.jobs().contains(wait.id()));

    a.send(waiting(wait, "b nowhere"));

    await().until(() -> !a.all(ServerMessage.Resume.class).isEmpty());
    ServerMessage.Resume resume = a.all(ServerMessage.Resume.class).get(0);
    assertFalse(resume.success());
    assertTrue(resume.info().contains("nowhere"), resume.info());
  }

  @Test
  void aJobThatHasEndedLongAgoIsNotWaitedFor() {
    FakeNode a = server.node("a").succeeding().join();
    server.node("b").join();
    Job earlier = job("RUN", "a").put("job_sha3_224", SHA).put("command", "x").read();
    server.submit(earlier);
    await().until(() -> !server.summary(earlier.id()).processing());
    a.answering(run -> null);
    Job wait = jobWait("a");
    Job never = jobWait("b");
    server.submit(never, wait);
    await().until(() -> a.jobs().contains(wait.id()));
    a.send(waiting(never, "")).send(waiting(wait, ""));
    await().until(() -> !a.all(ServerMessage.Resume.class).isEmpty());
    assertEquals(wait.id(), a.all(ServerMessage.Resume.class).get(0).jobId());
    assertEquals(1, a.all(ServerMessage.Resume.class).size());
  }

  @Test
  void aStoreThatIsAwayIsWaitedForBeforeAJobIsLookedFor() throws IOException {
    server.stop();
    AtomicBoolean isAway = new AtomicBoolean();
    AtomicInteger failed = new AtomicInteger();
    JobStore away =
        StoreStub.of(
            store,
            (method, real) -> {
              if (isAway.get() && Thread.currentThread().getName().equals("core-reader")) {
                failed.incrementAndGet();
                throw new StoreException("the store is away", null);
              }
              return real.ask();
            });
    server = new TestServer(away, clock, TestServer.window(1000));
    FakeNode a = server.node("a").succeeding().join();
    Job earlier = job("RUN", "a").put("job_sha3_224", SHA).put("command", "x").read();
    server.submit(earlier);
    await().until(() -> a.durable().contains(earlier.id()));
    a.answering(run -> null);
    Job wait = jobWait("a");
    server.submit(wait);
    await().until(() -> a.jobs().contains(wait.id()));

    isAway.set(true);
    a.send(waiting(wait, ""));
    await().until(() -> failed.get() > 0);
    isAway.set(false);

    await()
        .until(
            () -> {
              server.pass(Duration.ofSeconds(2));
              return !a.all(ServerMessage.Resume.class).isEmpty();
            });
    assertTrue(a.all(ServerMessage.Resume.class).get(0).success());
  }

  @Test
  void asManyMayWaitForAJobAsThereAre() throws IOException {
    server.stop();
    CountDownLatch allAsk = new CountDownLatch(1);
    JobStore slow =
        StoreStub.of(
            store,
            (method, real) -> {
              if (method.equals("job") && Thread.currentThread().getName().equals("core-reader")) {
                allAsk.await();
              }
              return real.ask();
            });
    server = new TestServer(slow, clock, TestServer.window(1000));
    FakeNode a = server.node("a").succeeding().join();
    Job earlier = job("RUN", "a").put("job_sha3_224", SHA).put("command", "x").read();
    server.submit(earlier);
    await().until(() -> a.durable().contains(earlier.id()));
    a.answering(run -> null);
    Job[] waits = Stream.generate(() -> jobWait("a")).limit(200).toArray(Job[]::new);
    List<Event> events = server.follow(EventFilter.Detail.NODES);
    server.submit(waits);
    await().until(() -> a.jobs().size() == 1 + waits.length);

    for (Job wait : waits) {
      a.send(waiting(wait, ""));
    }
    await()
        .until(
            () ->
                events.stream().filter(Event.JobRunning.class::isInstance).count() == waits.length);
    allAsk.countDown();

    await().until(() -> a.all(ServerMessage.Resume.class).size() == waits.length);
    assertTrue(a.all(ServerMessage.Resume.class).stream().allMatch(ServerMessage.Resume::success));
  }

  @Test
  void aSentinelDropsWhatHasNotBeenSentAndPassesTheWindow() throws IOException {
    server.stop();
    server = server(1);
    FakeNode a = server.node("a").join();
    Job sent = TestServer.job("a");
    Job unsent = TestServer.job("a");
    Job sentinel = job("QUEUESENTINEL", "a").put("parent_async_bypass", true).read();
    Job later = TestServer.job("a");
    server.submit(sent, unsent);
    await().until(() -> a.jobs().contains(sent.id()));
    server.submit(sentinel, later);
    await().until(() -> a.jobs().contains(sentinel.id()));
    assertEquals(List.of(sent.id(), sentinel.id()), a.jobs());
    await().until(() -> !server.summary(unsent.id()).processing());
    assertEquals(Outcome.Reason.DROPPED, server.view(unsent.id()).nodes().get(0).reason());
    a.answer(FakeNode.success(sent.id(), "")).answer(FakeNode.success(sentinel.id(), ""));
    await().until(() -> a.jobs().contains(later.id()));
  }

  @Test
  void aNodeThatRebootsGetsNoWorkUntilItHasStartedAgain() {
    FakeNode a = server.node("a").join();
    Job reboot = job("REBOOT", "a").put("time", "5").read();
    server.submit(reboot);
    await().until(() -> a.jobs().contains(reboot.id()));
    a.answer(rebooting(reboot));
    await().until(() -> !server.summary(reboot.id()).processing());
    Job later = TestServer.job("a");
    server.submit(later);
    assertEquals(NodeView.State.AWAY, node().state());
    // Longer than nodes may otherwise be silent.
    server.pass(TestServer.HEARTBEAT.multipliedBy(4));
    FakeNode b = server.node("b").join();
    server.submit(TestServer.job("b"));
    await().until(() -> !b.jobs().isEmpty());
    assertTrue(server.summary(later.id()).processing());
    assertEquals(List.of(reboot.id()), a.jobs());
    a.close();

    FakeNode again = server.node("a").join();
    await().until(() -> again.jobs().contains(later.id()));
  }

  @Test
  void aNodeThatDoesNotRebootGetsWorkAgainAfterAWhile() {
    FakeNode a = server.node("a").join();
    Job reboot = job("REBOOT", "a").put("time", "5").read();
    server.submit(reboot);
    await().until(() -> a.jobs().contains(reboot.id()));
    a.answer(rebooting(reboot));
    await().until(() -> !server.summary(reboot.id()).processing());
    Job later = TestServer.job("a");
    server.submit(later);
    server.pass(Duration.ofSeconds(600));
    a.heartbeat();
    await().until(() -> node().expiry().compareTo(TestServer.HEARTBEAT) > 0);
    assertEquals(NodeView.State.AWAY, node().state());
    server.pass(Duration.ofSeconds(6));
    await().until(() -> a.jobs().contains(later.id()));
  }

  private NodeView node() {
    return TestServer.get(server.dispatch().nodes(TestServer.CALLER)).get(0);
  }

  private NodeResult rebooting(Job reboot) {
    NodeResult ok = FakeNode.success(reboot.id(), "");
    return new NodeResult(
        ok.jobId(), ok.outcome(), "", "", ok.executionTime(), clock.instant(), clock.instant());
  }

  private static NodeMessage.Waiting waiting(Job job, String answer) {
    return new NodeMessage.Waiting(job.id(), job.verb(), answer);
  }

  /** The memory for answers has 50,000 bytes. */
  private void restartWithLittleMemory() throws IOException {
    server.close();
    server = TestServer.withMemory(new MemoryBudget(1_000_000));
  }

  private static String answer(int length) {
    return "{\"n\":\"" + "x".repeat(length) + "\"}";
  }

  @Test
  void anAnswerThatFindsNoMemoryFailsTheQueryOnItsNode() throws Exception {
    restartWithLittleMemory();
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    for (int round = 1; round <= 3; round++) {
      Job query = query("a", "b");
      server.submit(query);
      await().until(() -> a.jobs().contains(query.id()) && b.jobs().contains(query.id()));
      a.send(waiting(query, answer(40_000)));
      await().until(() -> noted(a, query));
      b.send(waiting(query, answer(40_000)));
      await().until(() -> resumed(b, query) != null);
      assertEquals(
          new ServerMessage.Resume(
              query.id(),
              false,
              "there is no memory for the answers of b: answers that are not handed out yet may"
                  + " take 48 KiB of this server's; ask for less at a time, or give the server a"
                  + " larger heap"),
          resumed(b, query));

      b.answer(FakeNode.failure(query.id()));
      UUID callback = QueryComponent.callbackId(query.id());
      await("what was handed out takes no memory").until(() -> a.jobs().contains(callback));
      a.answer(FakeNode.success(callback, ""));
      await().until(() -> resumed(a, query) != null);
      assertTrue(resumed(a, query).success());
      assertTrue(resumed(a, query).info().endsWith("; without an answer from b"));
      a.answer(FakeNode.success(query.id(), ""));
    }
  }

  @Test
  void whatNobodyCanKeepIsNotHandedOutInPart() throws Exception {
    restartWithLittleMemory();
    FakeNode a = server.node("a").join();
    FakeNode b = server.node("b").join();
    Job query = query("a");
    server.submit(query);
    await().until(() -> a.jobs().size() == 1 && b.jobs().size() == 1);
    b.answer(FakeNode.success(query.id(), answer(60_000)));
    await().until(() -> b.durable().contains(query.id()));
    a.send(waiting(query, answer(10)));
    await().until(() -> resumed(a, query) != null);
    assertTrue(resumed(a, query).info().contains("no memory for the answers of b"));
    assertTrue(!resumed(a, query).success());
  }

  private static boolean noted(FakeNode node, Job query) {
    return node.all(ServerMessage.Noted.class).contains(new ServerMessage.Noted(query.id()));
  }

  private static ServerMessage.Resume resumed(FakeNode node, Job query) {
    return node.all(ServerMessage.Resume.class).stream()
        .filter(resume -> resume.jobId().equals(query.id()))
        .findFirst()
        .orElse(null);
  }

  private static Job query(String... targets) {
    return job("QUERY", targets).put("query", "n").read();
  }

  private static Job jobWait(String... nodes) {
    Made made = job("JOB_WAIT", "a").put("job_sha", SHA);
    made.json.set("identity", Json.tree(List.of(nodes)));
    return made.read();
  }

  private static Made job(String verb, String... targets) {
    ObjectNode json = Json.object().put("verb", verb);
    if (targets.length > 0) {
      json.set("targets", Json.tree(List.of(targets)));
    }
    return new Made(json);
  }

  /** A job in the making. */
  private record Made(ObjectNode json) {
    Made put(String key, String value) {
      json.put(key, value);
      return this;
    }

    Made put(String key, boolean value) {
      json.put(key, value);
      return this;
    }

    Job read() {
      return JobJson.read(json);
    }
  }
}
