package io.directord.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeView;
import io.directord.common.job.Job;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.JoinToken;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoredJoinToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that know a join token, over a real port, and those that know less. */
class JoinTest {
  private final MemoryStore store = new MemoryStore();
  private final List<FakeNode> nodes = new ArrayList<>();
  private TestServer server = start();

  private TestServer start() {
    return TestServer.withPort(
        store, new TestClock(), TestServer.window(10), MemoryBudget.ofThisProcess());
  }

  @AfterEach
  void stop() {
    nodes.forEach(FakeNode::close);
    server.close();
  }

  @Test
  void aNodeThatHasATokenJoinsAndWorks() {
    JoinToken token = token(1);
    CurveKeyPair keys = CurveKeyPair.generate();
    FakeNode node = node("web-1", keys, server.joinKey(), token).succeeding().join();

    Job job = TestServer.job("web-1");
    server.submit(job);

    await().until(() -> server.summary(job.id()).succeeded() == 1);
    node.close();
    node("web-1", keys, server.joinKey(), null).join();
    assertEquals(List.of("web-1"), store.joinTokens().get(0).joined());
    // By either key: it is known by its own.
    node("web-1", keys, server.serverKey(), null).join();
  }

  @Test
  void whoKnowsTheJoinKeyAloneIsToldNothingAndGivenNothing() {
    server.node("known").join();
    FakeNode stranger = node("web-1", CurveKeyPair.generate(), server.joinKey(), null);

    stranger.heartbeat();
    stranger.send(new NodeMessage.Inquiry("known", "m", Heartbeat.PROTOCOL, "1", null));

    await().until(() -> !stranger.all(ServerMessage.Verdict.class).isEmpty());
    ServerMessage.Verdict verdict = stranger.all(ServerMessage.Verdict.class).get(0);
    assertFalse(verdict.enrolled());
    assertTrue(verdict.refusal().startsWith("this node is not enrolled here"), verdict::refusal);
    assertEquals(verdict.refusal(), refusal(stranger));
    assertEquals(List.of("known"), names());
  }

  @Test
  void ofManyNodesAtOnceATokenForOneEnrolsOne() {
    JoinToken token = token(1);
    List<FakeNode> all =
        IntStream.range(0, 8)
            .mapToObj(i -> node("n" + i, CurveKeyPair.generate(), server.joinKey(), token))
            .toList();

    all.forEach(FakeNode::heartbeat);

    await()
        .until(
            () ->
                all.stream()
                    .allMatch(
                        node ->
                            node.all(ServerMessage.Welcome.class).size()
                                    + node.all(ServerMessage.Refused.class).size()
                                > 0));
    assertEquals(
        1, all.stream().filter(node -> !node.all(ServerMessage.Welcome.class).isEmpty()).count());
    assertEquals(1, names().size());
    assertEquals(1, store.nodes().size());
    assertEquals(names(), store.joinTokens().get(0).joined());
  }

  @Test
  void aRestartForgetsNeitherTokenNorUse() {
    JoinToken token = token(2);
    CurveKeyPair keys = CurveKeyPair.generate();
    node("web-1", keys, server.joinKey(), token).join();
    server.close();
    server = start();

    node("web-1", keys, server.joinKey(), null).join();
    node("web-2", CurveKeyPair.generate(), server.joinKey(), token).join();
    FakeNode late = node("web-3", CurveKeyPair.generate(), server.joinKey(), token).heartbeat();

    assertTrue(refusal(late).contains("is used up, after 2 nodes"));
  }

  private FakeNode node(String name, CurveKeyPair keys, byte[] serverKey, JoinToken token) {
    FakeNode node = new FakeNode(name, server.port(), serverKey, keys);
    nodes.add(node);
    return token == null
        ? node
        : node.proof(token.proof(keys.publicKey(), name, "machine-of-" + name));
  }

  private JoinToken token(int uses) {
    JoinToken token = JoinToken.generate(server.joinKey());
    var now = server.clock().instant();
    var terms = new StoredJoinToken.Terms(List.of(), uses, now.plus(Duration.ofHours(1)));
    TestServer.get(
        server
            .dispatch()
            .joinDesk()
            .create(TestServer.CALLER, new StoredJoinToken(token.sha256(), terms, now, "tester")));
    return token;
  }

  private static String refusal(FakeNode node) {
    await().until(() -> !node.all(ServerMessage.Refused.class).isEmpty());
    return node.all(ServerMessage.Refused.class).get(0).reason();
  }

  private List<String> names() {
    return TestServer.get(server.dispatch().nodes(TestServer.CALLER)).stream()
        .map(NodeView::identity)
        .toList();
  }
}
