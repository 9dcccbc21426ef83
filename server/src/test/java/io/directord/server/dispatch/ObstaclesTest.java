package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeView;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.ServerMessage;
import io.directord.server.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ObstaclesTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

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
            new Place.InJob(1, "targets").error("unknown node aa (did you mean a?); there are: a")),
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
    server.pass(TestServer.HEARTBEAT.multipliedBy(3).plus(Duration.ofSeconds(2)));
    await()
        .until(
            () ->
                TestServer.get(server.dispatch().nodes(TestServer.CALLER)).get(0).state()
                    == NodeView.State.EXPIRED);
    server.node("b").join();

    List<ValidationError> obstacles = check(TestServer.job("a", "b"), TestServer.job());

    assertEquals(1, obstacles.size(), obstacles::toString);
    assertTrue(obstacles.get(0).message().startsWith("node a has expired: "));
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

  private static Job job(String verb, String... targets) {
    ObjectNode json = Json.object().put("verb", verb);
    if (targets.length > 0) {
      json.set("targets", Json.tree(List.of(targets)));
    }
    return JobJson.read(json);
  }

  private List<ValidationError> check(Job... jobs) {
    return TestServer.get(server.dispatch().check(TestServer.CALLER, List.of(jobs)));
  }
}
