package io.directord.server.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeView;
import io.directord.common.api.RefusedNode;
import io.directord.common.job.Job;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.ServerMessage;
import io.directord.server.FakeNode;
import io.directord.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class EnrolmentTest {
  @AutoClose private TestServer server = TestServer.withPort();

  @Test
  void welcomesANodeAndShowsIt() {
    FakeNode node = server.node("a").join();

    ServerMessage.Welcome welcome = node.all(ServerMessage.Welcome.class).get(0);
    assertEquals(TestServer.HEARTBEAT, welcome.heartbeatInterval());
    NodeView view = nodes().get(0);
    assertEquals("a", view.identity());
    assertEquals(NodeView.State.ACTIVE, view.state());
    assertEquals("machine-of-a", view.client().machineId());
    assertEquals(180, view.expiry().toSeconds());
    assertTrue(node.helloSeen());
  }

  @Test
  void refusesANameThatNoTargetCanHave() {
    FakeNode node = server.node("a,b").heartbeat();

    await().until(() -> !node.all(ServerMessage.Refused.class).isEmpty());
    assertEquals(
        "its identity has a comma, which stands between the names of targets: give this node"
            + " another --identity",
        node.all(ServerMessage.Refused.class).get(0).reason());
    assertEquals(List.of(), nodes());
  }

  @Test
  void noticesWithinSecondsThatANodeIsAway() {
    server.node("a").join().close();

    await().until(() -> nodes().get(0).state() == NodeView.State.AWAY);
  }

  @Test
  void aClientThatAnotherOneTookThePlaceOfMayJoinAgainWhenThatHasGone() {
    FakeNode first = server.node("a").join();
    FakeNode second = server.node("a").join();
    first.heartbeat();
    assertTrue(refusal(first).startsWith("another client with the identity and key of a"));
    second.close();
    server.pass(TestServer.HEARTBEAT.multipliedBy(3).plusSeconds(2));
    await().until(() -> nodes().get(0).state() == NodeView.State.EXPIRED);

    first.join();

    assertEquals(NodeView.State.ACTIVE, nodes().get(0).state());
  }

  @Test
  void aConnectionIsOneNode() {
    FakeNode node = server.node("a").join();

    node.identity("b").heartbeat();

    assertTrue(refusal(node).startsWith("this connection is that of node a"));
    assertEquals(1, nodes().size());
    await().until(() -> nodes().get(0).state() == NodeView.State.AWAY);
  }

  @Test
  void saysWhyANameThatIsTooLongCannotJoin() {
    FakeNode longName = server.node("x".repeat(300)).heartbeat();
    FakeNode longMachine = server.node("a").machineId("x".repeat(300)).heartbeat();

    assertTrue(refusal(longName).startsWith("its identity has 300 characters, and at most 255"));
    assertTrue(refusal(longMachine).startsWith("its machine id has 300 characters"));
    assertEquals(List.of(), nodes());
    assertEquals(2, server.dispatch().refused().size());
  }

  @Test
  void showsOperatorsWhoWasRefusedUntilItJoins() {
    server.node("a").machineId("m").join();
    FakeNode clone = server.node("b").machineId("m").heartbeat();
    refusal(clone);

    RefusedNode refused = server.dispatch().refused().get(0);
    assertEquals("b", refused.identity());
    assertEquals("127.0.0.1", refused.address());
    assertEquals(1, refused.count());
    assertTrue(refused.reason().startsWith("the machine id m is enrolled as a"));

    clone.machineId("other").join();

    assertEquals(List.of(), server.dispatch().refused());
  }

  @Test
  void refusesAnEnrolledIdentityWithAnotherKey() {
    server.node("a").join();

    FakeNode impostor = server.node("a", CurveKeyPair.generate()).heartbeat();

    assertTrue(refusal(impostor).startsWith("the identity a is enrolled with another key"));
    assertEquals(NodeView.State.ACTIVE, nodes().get(0).state());
  }

  @Test
  void refusesASecondMachineWithTheSameIdentity() {
    server.node("a").join();

    FakeNode second = server.node("a").machineId("another").heartbeat();

    assertTrue(
        refusal(second)
            .startsWith("the identity a is enrolled from another machine (machine-of-a)"));
  }

  @Test
  void refusesAMachineThatIsEnrolledUnderAnotherIdentity() {
    server.node("a").join();

    FakeNode second = server.node("b").machineId("machine-of-a").heartbeat();

    assertTrue(refusal(second).startsWith("the machine id machine-of-a is enrolled as a"));
    assertEquals(1, nodes().size());
  }

  @Test
  void acceptsAnotherKeyOnceTheNodeIsForgotten() {
    FakeNode old = server.node("a").join();
    assertEquals(
        List.of("a"), TestServer.get(server.dispatch().forgetNodes(TestServer.CALLER, "a")));
    await().until(() -> old.all(ServerMessage.WhoAreYou.class).size() == 1);

    FakeNode fresh = server.node("a", CurveKeyPair.generate()).machineId("new").join();

    assertEquals("new", nodes().get(0).client().machineId());
    Job job = TestServer.job("a");
    server.submit(job);
    await().until(() -> fresh.jobs().contains(job.id()));
    assertTrue(old.jobs().isEmpty());
  }

  @Test
  void theClientStartedLastIsTheNode() {
    FakeNode first = server.node("a").join();
    FakeNode second = server.node("a").join();

    first.heartbeat();

    assertTrue(refusal(first).startsWith("another client with the identity and key of a"));
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> second.jobs().contains(job.id()));
    assertTrue(first.jobs().isEmpty());
  }

  private String refusal(FakeNode node) {
    await().until(() -> !node.all(ServerMessage.Refused.class).isEmpty());
    return node.all(ServerMessage.Refused.class).get(0).reason();
  }

  private List<NodeView> nodes() {
    return TestServer.get(server.dispatch().nodes(TestServer.CALLER));
  }
}
