package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Explanation;
import io.directord.common.api.Explanation.NodeExplanation;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.FakeNode;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Why a job has not ended, and whether a node could join. */
class ExplanationsTest {
  private final TestClock clock = new TestClock();

  @AutoClose
  private TestServer server = new TestServer(new MemoryStore(), clock, TestServer.window(1));

  @Test
  void theNodeThatHasTheJobIsAskedAndTheServerKnowsTheRest() {
    FakeNode asked = server.node("a").client("1.0", Heartbeat.PROTOCOL, Heartbeat.WHY).join();
    FakeNode old = server.node("b").join();
    server.node("c").join().close();
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> asked.jobs().size() + old.jobs().size() == 2);
    CompletableFuture<Explanation> why = explain(job.id(), null);
    await().until(() -> !asked.all(ServerMessage.Explain.class).isEmpty());
    long number = asked.all(ServerMessage.Explain.class).get(0).number();
    asked.send(new NodeMessage.Explained(UUID.randomUUID(), number, "another job"));
    asked.send(new NodeMessage.Explained(job.id(), number + 7, "another question"));
    asked.send(new NodeMessage.Explained(job.id(), number, "waits behind\u001b[31m a job"));
    List<NodeExplanation> nodes = TestServer.get(why).nodes();
    assertEquals("waits behind\uFFFD[31m a job", nodes.get(0).text());
    assertTrue(nodes.get(0).fromNode());
    assertEquals(
        "was sent there, and has not begun as far as is known; its client, version 1.0, cannot be"
            + " asked for more",
        nodes.get(1).text());
    assertFalse(nodes.get(1).fromNode());
    assertTrue(
        nodes.get(2).text().startsWith("waits for the node, which is not connected; last heard of"),
        nodes::toString);
  }

  @Test
  void aNodeThatDoesNotAnswerIsNotWaitedForLong() {
    FakeNode node = server.node("a").client("1.0", Heartbeat.PROTOCOL, Heartbeat.WHY).join();
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> node.jobs().size() == 1);
    CompletableFuture<Explanation> why = explain(job.id(), "a");
    await().until(() -> !node.all(ServerMessage.Explain.class).isEmpty());
    await()
        .until(
            () -> {
              server.pass(Duration.ofSeconds(1));
              return why.isDone();
            });
    assertTrue(
        TestServer.get(why)
            .nodes()
            .get(0)
            .text()
            .endsWith("; asked itself, it has not answered in time"));
  }

  @Test
  void ofWhatWaitsForItsTurnThePlaceAndWhatIsInTheWayAreSaid() {
    FakeNode a = server.node("a").join();
    List.of("b", "c").forEach(name -> server.node(name).join());
    Job earlier = JobJson.read(JobJson.write(TestServer.job()).put("command", "first"));
    Job rolling = rolling("second");
    Job later = JobJson.read(JobJson.write(TestServer.job()).put("command", "third"));
    server.submit(earlier, rolling, later);
    await().until(() -> a.jobs().size() == 1);
    NodeExplanation busy = TestServer.get(explain(rolling.id(), "a")).nodes().get(0);
    assertTrue(
        busy.text()
            .matches(
                "waits behind job [0-9a-f]{8} \\(.*first.*\\), which has not ended on"
                    + " the node"),
        busy::toString);
    assertNull(busy.place());

    Job beside = rolling("beside");
    server.submit(JobJson.read(JobJson.write(beside).put("parent_async", true)));
    await().until(() -> TestServer.get(explain(beside.id(), null)).nodes().size() == 3);
    NodeExplanation third = TestServer.get(explain(beside.id(), "c")).nodes().get(0);
    assertEquals("waits for its turn: 1 node runs it at a time, now a", third.text());
    assertEquals(new Explanation.Place(2, 2), third.place());
    assertTrue(
        TestServer.get(explain(later.id(), "c"))
            .nodes()
            .get(0)
            .text()
            .contains("waits behind job"));
  }

  @Test
  void whatWaitsBehindAPausedParentNamesItAndWhyItIsPausedAndHowItGoesOn() {
    FakeNode a = server.node("a").join();
    server.node("b").join();
    Job paused = rolling("first", 0);
    server.submit(paused);
    await().until(() -> a.jobs().size() == 1);
    a.answer(FakeNode.failure(paused.id()));
    await().until(() -> server.summary(paused.id()).progress().paused() != null);
    Job plain = JobJson.read(JobJson.write(TestServer.job()).put("command", "second"));
    Job batched = rolling("third", null);
    server.submit(plain);
    server.submit(batched);
    String expected =
        "waits behind job [0-9a-f]{8} \\(RUN first\\), which has not ended on the node, since its run"
            + " is paused: 1 failed and at most 0 may \\(a\\); 'directord manage --resume "
            + paused.parent().id()
            + "' goes on, --cancel ends it";
    for (Job behind : List.of(plain, batched)) {
      String text = TestServer.get(explain(behind.id(), "b")).nodes().get(0).text();
      assertTrue(text.matches(expected), text);
    }
  }

  @Test
  void aDryRunIsNotInTheWayOfAParentThatWaitsForItsTurn() {
    FakeNode a = server.node("a").client("1.0", Heartbeat.PROTOCOL, Heartbeat.PREVIEW).join();
    FakeNode b = server.node("b").client("1.0", Heartbeat.PROTOCOL, Heartbeat.PREVIEW).join();
    ObjectNode json = Json.object().put("command", "x");
    json.putObject("dry_run").put("verb", "RUN");
    server.submit(JobJson.read(json));
    await().until(() -> a.jobs().size() + b.jobs().size() == 2);
    Job rolling = rolling("first", null);
    server.submit(rolling);
    await()
        .until(
            () -> TestServer.get(explain(rolling.id(), "b")).nodes().get(0).text(),
            text -> text.equals("waits for its turn: 1 node runs it at a time, now a"));
  }

  private static Job rolling(String command) {
    return rolling(command, null);
  }

  private static Job rolling(String command, Integer maxFailures) {
    ObjectNode json = JobJson.write(TestServer.job()).put("command", command);
    json.remove("job_sha3_224");
    ObjectNode rolling = json.putObject("parent_rolling").put("batch", 1);
    if (maxFailures != null) {
      rolling.put("max_failures", maxFailures);
    }
    return JobJson.read(json);
  }

  @Test
  void whatTheWindowHoldsBackIsNamedAndWhatHasEndedSaysHow() {
    FakeNode node = server.node("a").join();
    Job first = TestServer.job();
    Job second = TestServer.job();
    Job third = TestServer.job();
    server.submit(first);
    server.submit(second);
    server.submit(third);
    await().until(() -> node.jobs().size() == 1);
    String text = TestServer.get(explain(third.id(), null)).nodes().get(0).text();
    assertTrue(
        text.matches(
            "waits on the server, since the node has 1 job already, as many as it is given at a"
                + " time, the first of them job [0-9a-f]{8} \\(.*\\); 1 more job before it"),
        text);
    node.answer(FakeNode.success(first.id(), ""));
    await().until(() -> !server.summary(first.id()).processing());
    assertEquals("has succeeded", TestServer.get(explain(first.id(), null)).nodes().get(0).text());
    CompletableFuture<Explanation> unknown = explain(first.id(), "b");
    assertThrows(RuntimeException.class, () -> TestServer.get(unknown));
  }

  @Test
  void whoAsksWhetherItMayJoinNeitherJoinsNorTakesAnothersPlace() {
    FakeNode node = server.node("a").join();
    FakeNode asking = server.node("a");
    asking.send(new NodeMessage.Inquiry("a", "another machine", Heartbeat.PROTOCOL, "1.0", null));
    asking.send(new NodeMessage.Inquiry("fresh", "fresh", Heartbeat.PROTOCOL, "1.0", null));
    asking.send(new NodeMessage.Inquiry("fresh", "fresh", 1, "0.9", null));
    await().until(() -> asking.all(ServerMessage.Verdict.class).size() == 3);
    List<ServerMessage.Verdict> verdicts = asking.all(ServerMessage.Verdict.class);
    assertTrue(
        verdicts.get(0).refusal().startsWith("the identity a is enrolled"), verdicts::toString);
    assertTrue(verdicts.get(0).enrolled());
    assertEquals(null, verdicts.get(1).refusal());
    assertFalse(verdicts.get(1).enrolled());
    assertEquals(Heartbeat.PROTOCOL, verdicts.get(1).protocol());
    assertTrue(verdicts.get(2).refusal().startsWith("this server speaks protocol 2, the node 1"));
    assertEquals(1, TestServer.get(server.dispatch().nodes(TestServer.CALLER)).size());
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()));
    assertTrue(asking.jobs().isEmpty());
  }

  private CompletableFuture<Explanation> explain(UUID job, String node) {
    return server.dispatch().explain(TestServer.CALLER, job, node);
  }
}
