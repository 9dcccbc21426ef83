package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.FakeNode;
import io.directord.server.TestServer;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Jobs that are previewed and not run, as the server sees them. */
class DryRunTest {
  @AutoClose private TestServer server = new TestServer();

  @Test
  void isNeverSentToAClientThatWouldRunIt() {
    FakeNode able = node("able").succeeding().join();
    FakeNode older = server.node("older").client("0.9", Heartbeat.PROTOCOL, "verb:RUN").join();
    FakeNode silent = server.node("silent").join();
    Job job = job("RUN", Json.object().put("command", "true"));

    server.submit(job);
    await().until(() -> !server.summary(job.id()).processing());

    assertEquals(List.of(job.id()), able.jobs());
    assertEquals(List.of(), older.jobs());
    assertEquals(List.of(), silent.jobs());
    JobView view = server.view(job.id());
    NodeOutcome refused = view.nodes().get(1);
    assertEquals(Outcome.Reason.REFUSED, refused.reason());
    assertTrue(
        refused
            .info()
            .startsWith(
                "nothing was done: the client on older, version 0.9, cannot say what a job would do"),
        refused.info());
    assertTrue(view.summary().dryRun());
  }

  @Test
  void isRefusedWhenTheNodeHasComeBackWithAnOlderClient() {
    FakeNode node = node("a").join();
    node.close();
    Job job = job("RUN", Json.object().put("command", "true"));
    server.submit(job);

    FakeNode older = server.node("a").join();

    await().until(() -> !server.summary(job.id()).processing());
    assertEquals(List.of(), older.jobs());
    assertEquals(Outcome.Reason.REFUSED, server.view(job.id()).nodes().get(0).reason());
  }

  @Test
  void needsNothingOfOtherNodes() {
    FakeNode a = node("a").succeeding().join();
    FakeNode b = node("b").succeeding().join();
    ObjectNode query = Json.object().put("query", "n").put("no_wait", false);
    query.set("targets", Json.tree(List.of("a")));
    Job job = job("QUERY", query);
    Job sentinel =
        job("QUEUESENTINEL", Json.object().put("queue_sentinel", "x").put(Job.BYPASS, true));

    server.submit(job, sentinel);
    await().until(() -> !server.summary(job.id()).processing());
    await().until(() -> !server.summary(sentinel.id()).processing());

    // No callback follows, and only the target was asked.
    assertEquals(List.of(job.id(), sentinel.id()), sorted(a, job, sentinel));
    assertEquals(List.of(sentinel.id()), b.jobs());
  }

  private static List<UUID> sorted(FakeNode node, Job... jobs) {
    return Stream.of(jobs).map(Job::id).filter(node.jobs()::contains).toList();
  }

  @Test
  void asksAllNodesThatAreThereAtOnceHoweverARunWouldGoFromOneToTheNext() {
    FakeNode a = node("a").join();
    FakeNode b = node("b").join();
    ObjectNode flat = Json.object().put("command", "true").put("parent_deadline", "1d");
    flat.putObject("parent_rolling").put("max_failures", 0).putArray("batch").add(1);
    Job job = job("RUN", flat);

    server.submit(job);
    await().until(() -> a.jobs().contains(job.id()) && b.jobs().contains(job.id()));

    a.answer(FakeNode.failure(job.id()));
    b.answer(FakeNode.success(job.id(), ""));
    await().until(() -> !server.summary(job.id()).processing());
  }

  @Test
  void isNotWhatAJobWaitWaitsFor() {
    FakeNode a = node("a").join();
    Job done = job("RUN", Json.object().put("command", "true"));
    server.submit(done);
    await().until(() -> a.jobs().contains(done.id()));
    a.answer(FakeNode.success(done.id(), ""));
    await().until(() -> !server.summary(done.id()).processing());
    ObjectNode flat =
        Json.object()
            .put("verb", "JOB_WAIT")
            .put("job_sha", done.fingerprint())
            .put("job_timeout", 60);
    flat.set("identity", Json.tree(List.of("a")));
    Job wait = JobJson.read(flat);
    server.submit(wait);
    await().until(() -> a.jobs().contains(wait.id()));

    a.send(new NodeMessage.Waiting(wait.id(), "JOB_WAIT", "a"));

    await().until(() -> !a.all(ServerMessage.Noted.class).isEmpty());
    List<ServerMessage.Resume> said = a.all(ServerMessage.Resume.class);
    assertFalse(said.stream().anyMatch(ServerMessage.Resume::success), said::toString);
  }

  private FakeNode node(String name) {
    return server.node(name).client("1.0", Heartbeat.PROTOCOL, Heartbeat.PREVIEW);
  }

  private static Job job(String verb, ObjectNode arguments) {
    arguments.putObject("dry_run").put("verb", verb);
    return JobJson.read(arguments);
  }
}
