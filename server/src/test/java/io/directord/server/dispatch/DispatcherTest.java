package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.wire.ServerMessage;
import io.directord.server.FakeNode;
import io.directord.server.TestServer;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class DispatcherTest {
  @AutoClose private TestServer server = new TestServer();

  @Test
  void runsAJobOnEveryNodeAndKeepsTheResults() {
    FakeNode a = server.node("a").succeeding().join();
    FakeNode b = server.node("b").answering(run -> FakeNode.failure(run.job().id())).join();
    Job job = TestServer.job();

    server.submit(job);
    await().until(() -> !server.summary(job.id()).processing());

    JobView view = server.view(job.id());
    assertEquals(2, view.summary().targets());
    assertEquals(1, view.summary().succeeded());
    assertEquals(1, view.summary().failed());
    assertEquals("done", view.nodes().get(0).stdout());
    assertEquals(NodeOutcome.State.FAILED, view.nodes().get(1).state());
    assertEquals("tester", view.submittedBy());
    await().until(() -> a.durable().contains(job.id()) && b.durable().contains(job.id()));
  }

  @Test
  void countsNodesAndThoseThatJobsReach() {
    server.node("a").join();
    assertEquals(new NodeCount(1, 1), nodeCount());

    server.expire("a");
    server.node("b").join();

    assertEquals(new NodeCount(2, 1), nodeCount());
  }

  private NodeCount nodeCount() {
    return TestServer.get(server.dispatch().countNodes(TestServer.CALLER));
  }

  @Test
  void anOlderClientIsToldAVerbThatItDoesNotKnowInsteadOfRunningACommandOutsideOfItsRoot() {
    FakeNode able = server.node("able").client("2.0", 2, "verb:RUN", "surroundings").join();
    FakeNode older = server.node("older").client("0.9", 2, "verb:RUN").join();
    FakeNode oldest = server.node("oldest").join();
    ObjectNode json = Json.object().put("verb", "RUN").put("root", "/srv").put("command", "rm x");

    server.submit(JobJson.read(json));

    await().until(() -> able.jobs().size() + older.jobs().size() + oldest.jobs().size() == 3);
    assertEquals("RUN", verb(able));
    assertEquals("RUN WITH --ROOT", verb(older));
    assertEquals("RUN WITH --ROOT", verb(oldest));
  }

  @ParameterizedTest
  @CsvSource({
    "RUN, surroundings, RUN WITH --WHEN-CHANGED",
    "RUN, when-changed, RUN WITH --ROOT",
    "RUN, trees, 'RUN WITH --WHEN-CHANGED, --ROOT'",
    "COPY, trees, COPY WITH --WHEN-CHANGED",
    "COPY, when-changed, COPY WITH --RECURSIVE",
    "COPY, surroundings, 'COPY WITH --WHEN-CHANGED, --RECURSIVE'",
    "ARG, secrets, ARG WITH --WHEN-CHANGED",
    "ARG, when-changed, ARG WITH --SECRET",
    "RUN, secrets, 'RUN WITH --WHEN-CHANGED, --ROOT'",
    "FETCH, trees, FETCH WITH --WHEN-CHANGED",
  })
  void anOlderClientIsNotGivenAJobOfWhichItKnowsOnlyAPart(
      String verb, String known, String expected) {
    FakeNode older = server.node("older").client("0.9", 2, "verb:" + verb, known).join();
    FakeNode able =
        server
            .node("able")
            .client("2.0", 2, "verb:" + verb, "when-changed", "surroundings", "trees", "secrets")
            .join();
    ObjectNode json = Json.object().put("verb", verb);
    json.putArray("when_changed").add("config");
    switch (verb) {
      case "RUN" -> json.put("root", "/srv").put("command", "rm x");
      case "COPY" -> json.putObject("tree").put("to", "/srv");
      case "ARG" -> json.put("secret", "name");
      default -> json.putArray("paths").add("/srv");
    }

    server.submit(JobJson.read(json));

    await().until(() -> able.jobs().size() + older.jobs().size() == 2);
    assertEquals(expected, verb(older));
    assertEquals(verb, verb(able));
  }

  private static String verb(FakeNode node) {
    return node.all(ServerMessage.Run.class).get(0).job().verb();
  }

  @Test
  void keepsTheOrderOfSubmissionOnEveryNode() {
    FakeNode node = server.node("a").join();
    Job[] jobs = new Job[200];
    for (int i = 0; i < jobs.length; i++) {
      jobs[i] = TestServer.job();
    }

    List<UUID> ids = server.submit(jobs);

    await().until(() -> node.jobs().size() == jobs.length);
    assertEquals(ids, node.jobs());
  }

  @Test
  void refusesAJobForAllWhenThereIsNoNode() {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> server.submit(TestServer.job()));

    assertEquals(RefusedException.Kind.CONFLICT, refused.kind());
    assertTrue(refused.getMessage().startsWith("no node has enrolled yet"));
  }

  @Test
  void refusesAJobWhoseContentIsMissing() {
    server.node("a").join();
    server.contents().missing.addAll(Set.of("abc"));

    RefusedException refused =
        assertThrows(RefusedException.class, () -> server.submit(TestServer.job()));

    assertTrue(refused.getMessage().contains("its content abc is not here"));
    assertTrue(server.contents().open.isEmpty());
  }

  @Test
  void releasesContentWhenTheJobHasEndedEverywhere() {
    FakeNode a = server.node("a").join();
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> a.jobs().contains(job.id()));
    assertTrue(server.contents().open.contains(job.id()));

    a.answer(FakeNode.success(job.id(), ""));

    await().until(() -> server.contents().open.isEmpty());
    assertFalse(server.summary(job.id()).processing());
  }
}
