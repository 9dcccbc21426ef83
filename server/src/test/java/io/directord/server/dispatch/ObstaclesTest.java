package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Bodies;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeTrouble;
import io.directord.common.wire.ServerMessage;
import io.directord.server.TestServer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ObstaclesTest {
  @AutoClose private TestServer server = new TestServer();

  @Test
  void nothingIsAgainstJobsForNodesThatAreThereAndNothingIsRun() {
    var node = server.node("a").succeeding().join();

    assertEquals(List.of(), check(TestServer.job(), TestServer.job("a")));

    assertEquals(List.of(), TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)));
    assertEquals(List.of(), node.jobs());
  }

  @Test
  void aTargetThatIsNotThereIsNamedOnceWithTheFirstJob() {
    server.node("a").join();
    Job good = TestServer.job("a");
    Job bad = TestServer.job("a", "aa");

    List<ValidationError> obstacles = check(good, bad, TestServer.job("aa"));

    assertEquals(
        List.of(
            new Place.InTarget(1, "targets", 1, 1)
                .error("unknown node aa (did you mean a?); there are: a")
                .withCode(ErrorCode.UNKNOWN_NODE)),
        obstacles);
  }

  @Test
  void aVerbSaidToBeUserDefinedInAFormThatMakesNoSenseHarmsNobody() {
    server.node("a").client("1.0", Heartbeat.PROTOCOL, Heartbeat.verb("ECHO")).join();
    ObjectNode json = JobJson.write(TestServer.job("a"));
    json.put("component", "no object");

    List<ValidationError> obstacles = check(JobJson.read(json));

    assertEquals(1, obstacles.size(), obstacles::toString);
    assertEquals(1, TestServer.get(server.dispatch().nodes(TestServer.CALLER)).size());
  }

  @Test
  void anExpiredTargetIsObjectedTo() {
    server.node("a").join();
    server.expire("a");
    server.node("b").join();

    List<ValidationError> obstacles = check(TestServer.job("a", "b"), TestServer.job());

    assertEquals(1, obstacles.size(), obstacles::toString);
    assertTrue(obstacles.get(0).message().startsWith("node a has expired: "));
  }

  @Test
  void aNodeThatRefusesJobsIsObjectedToAndOneWithAnotherTroubleIsNot() {
    NodeTrouble refuses = new NodeTrouble("it refuses jobs, since its disk is full", true);
    server.node("a").trouble(refuses).join();
    server.node("b").trouble(new NodeTrouble("its cache cannot be written", false)).join();

    List<ValidationError> obstacles = check(TestServer.job("a", "b"));

    assertEquals(1, obstacles.size(), obstacles::toString);
    assertEquals(ErrorCode.NODE_AWAY, obstacles.get(0).code());
    assertEquals(
        "node a: its client says: it refuses jobs, since its disk is full",
        obstacles.get(0).message());
  }

  @Test
  void withoutAnyNodeThereIsNobodyForEveryNode() {
    List<ValidationError> obstacles = check(TestServer.job(), TestServer.job());

    assertEquals(1, obstacles.size(), obstacles::toString);
    assertTrue(obstacles.get(0).message().startsWith("no node has enrolled yet"));
  }

  @Test
  void aVerbThatClientsDoNotHaveIsObjectedToOnceWithTheirVersions() {
    server.node("a").client("2.0", Heartbeat.PROTOCOL, "verb:RUN", "verb:APT").join();
    server.node("b").client("0.9", Heartbeat.PROTOCOL, "verb:RUN").join();
    server.node("silent").join();
    Job apt = job("APT");

    List<ValidationError> obstacles =
        check(TestServer.job(), apt, job("APT", "b"), job("APT", "a"));

    assertEquals(1, obstacles.size(), obstacles::toString);
    assertEquals(new Place.InJob(1, "verb"), obstacles.get(0).place());
    String message = obstacles.get(0).message();
    assertTrue(
        message.startsWith("the client has no verb APT on b (version 0.9): install directord "),
        message);
  }

  @Test
  void surroundingsOfACommandNeedAClientThatKnowsThem() {
    server.node("a").client("2.0", Heartbeat.PROTOCOL, "verb:RUN", "surroundings").join();
    server.node("b").client("0.9", Heartbeat.PROTOCOL, "verb:RUN").join();
    ObjectNode json = Json.object().put("verb", "RUN").put("root", "/srv/root").put("nice", "5");

    List<ValidationError> obstacles = check(JobJson.read(json), TestServer.job());

    assertEquals(1, obstacles.size(), obstacles::toString);
    String message = obstacles.get(0).message();
    assertTrue(
        message.startsWith(
            "the client on b (version 0.9) cannot do RUN with --root, --nice: install"
                + " directord "),
        message);
  }

  @Test
  void eachThingThatAJobNeedsAndAClientLacksIsAnObstacle() {
    server.node("a").client("2.0", Heartbeat.PROTOCOL, "verb:RUN", "surroundings").join();
    server.node("b").client("1.9", Heartbeat.PROTOCOL, "verb:RUN", "when-changed").join();
    ObjectNode json = Json.object().put("verb", "RUN").put("root", "/srv/root");
    json.putArray("when_changed").add("config");

    List<ValidationError> obstacles = check(JobJson.read(json));

    assertEquals(2, obstacles.size(), obstacles::toString);
    String first = obstacles.get(0).message();
    String lacking = "the client on a (version 2.0) cannot do RUN with --when-changed: ";
    assertTrue(first.startsWith(lacking), first);
    String second = obstacles.get(1).message();
    assertTrue(
        second.startsWith("the client on b (version 1.9) cannot do RUN with --root: "), second);
  }

  @Test
  void aUserDefinedVerbNeedsAClientThatTakesDefinitions() {
    server.node("a").client("2.0", Heartbeat.PROTOCOL, "verb:RUN", "definitions").join();
    server.node("b").client("0.9", Heartbeat.PROTOCOL, "verb:RUN").join();
    ObjectNode json = Json.object().put("verb", "GREET");
    json.putObject("component").put("cacheable", true);

    List<ValidationError> obstacles = check(JobJson.read(json));

    assertEquals(1, obstacles.size(), obstacles::toString);
    String message = obstacles.get(0).message();
    assertTrue(message.contains("no user-defined verb GREET on b (version 0.9)"), message);
  }

  @Test
  void aNodeWhoseClientSpeaksAnotherProtocolIsObjectedToUntilItJoins() {
    server.node("a").join();
    var node = server.node("b").join();
    node.client("3.0", Heartbeat.PROTOCOL + 1).heartbeat();
    await().until(() -> !node.all(ServerMessage.Refused.class).isEmpty());

    List<ValidationError> obstacles = check(TestServer.job(), TestServer.job("b"));

    assertEquals(1, obstacles.size(), obstacles::toString);
    String message = obstacles.get(0).message();
    String reason = "node b cannot join: this server speaks protocol " + Heartbeat.PROTOCOL;
    assertTrue(message.startsWith(reason), message);

    node.client("1.0", Heartbeat.PROTOCOL).heartbeat();
    await().until(() -> check(TestServer.job(), TestServer.job("b")).isEmpty());
  }

  @Test
  void whatOnlyIsNotPossibleNowIsNoErrorOfTheAuthor() {
    server.node("a").join();
    ObjectNode rolling = Json.object().put("verb", "RUN").put("command", "x");
    rolling.putObject("parent_rolling").put("quorum", 2);
    Bodies.Checked checked =
        server.check(JobJson.read(rolling), job("RUN", "@role=none"), job("RUN", "unknown"));
    assertEquals(
        List.of(new Place.InTarget(2, "targets", 0, 1)),
        checked.errors().stream().map(ValidationError::place).toList());
    assertEquals(
        List.of("jobs[1].targets[0]:1", "jobs[0].parent_rolling.quorum"),
        checked.obstacles().stream().map(error -> error.place().text()).toList());
  }

  private static Job job(String verb, String... targets) {
    ObjectNode json = Json.object().put("verb", verb);
    if (targets.length > 0) {
      json.set("targets", Json.tree(List.of(targets)));
    }
    return JobJson.read(json);
  }

  private List<ValidationError> check(Job... jobs) {
    Bodies.Checked checked = server.check(jobs);
    return Stream.of(checked.errors(), checked.obstacles()).flatMap(List::stream).toList();
  }
}
