package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeOutcome;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome.Reason;
import io.directord.common.json.Json;
import io.directord.common.wire.Heartbeat;
import io.directord.server.FakeNode;
import io.directord.server.LogLines;
import io.directord.server.TestServer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A FETCH ends on a node as what has come has it, whatever the node says. */
class FetchResultsTest {
  private static final String CLAIM = "2 files, 3 bytes\n";
  private static final String LIE =
      "nothing has come whole to this server, though the node says that it has sent 2 files";

  @AutoClose private final LogLines log = new LogLines("io.directord.server");
  @AutoClose private TestServer server = new TestServer();
  private FakeNode node = server.node("n1").join();

  @Test
  void whatHasComeIsASuccess() {
    Job job = sent(fetch(UUID.randomUUID(), false));
    server.contents().arrived.put("n1", new FetchArrival(2, ""));
    node.answer(FakeNode.success(job.id(), CLAIM));
    assertEquals(NodeOutcome.State.SUCCEEDED, ended(job).state());
    await("nobody asks for it any more").until(() -> server.contents().arrived.isEmpty());
    node.answer(FakeNode.success(job.id(), CLAIM));
    await().until(() -> node.durable().size() == 2);
    assertEquals(1, server.summary(job.id()).succeeded());
  }

  @Test
  void aNodeThatHasSentNothingHasNotSucceededAndNeitherHaveLaterJobsOfItsParent() {
    UUID parent = UUID.randomUUID();
    Job[] jobs = new Job[1 + 1024];
    jobs[0] = fetch(parent, false);
    // More than the node's window.
    for (int i = 1; i < jobs.length; i++) {
      jobs[i] = TestServer.job(parent, "n1");
    }
    server.submit(jobs);
    await().until(() -> node.jobs().size() == 1024);
    node.answer(FakeNode.success(jobs[0].id(), CLAIM));
    NodeOutcome outcome = ended(jobs[0]);
    assertEquals(NodeOutcome.State.FAILED, outcome.state());
    assertEquals(Reason.ERROR, outcome.reason());
    assertEquals(LIE, outcome.info());
    assertEquals(CLAIM, outcome.stdout());
    assertEquals(1, server.summary(jobs[0].id()).failed());
    assertEquals(Reason.OMITTED, ended(jobs[1024]).reason());
    assertTrue(
        log.lines().toString().contains("node n1: job " + jobs[0].id() + " failed there: " + LIE),
        log.lines()::toString);
    await().until(() -> node.durable().contains(jobs[0].id()));
  }

  @Test
  void itIsTheSameAfterARestartOfTheServer() {
    Job lie = sent(fetch(UUID.randomUUID(), false));
    Job truth = sent(fetch(UUID.randomUUID(), false));
    server = server.restarted();
    node = server.node("n1").join();
    await().until(() -> node.jobs().containsAll(List.of(lie.id(), truth.id())));
    node.answer(FakeNode.success(lie.id(), CLAIM));
    assertEquals(LIE, ended(lie).info());
    server.contents().arrived.put("n1", new FetchArrival(2, ""));
    node.answer(FakeNode.success(truth.id(), CLAIM));
    assertEquals(NodeOutcome.State.SUCCEEDED, ended(truth).state());
  }

  @Test
  void whatANodeSaysWhenItWasGivenUpIsJudgedToo() {
    Job lie = sent(fetch(UUID.randomUUID(), false));
    Job truth = sent(fetch(UUID.randomUUID(), false));
    server.contents().arrived.put("n1", new FetchArrival(2, ""));
    server.expire("n1");
    assertEquals(Reason.LOST, ended(lie).reason());
    assertEquals(Reason.LOST, ended(truth).reason());
    node.join();
    late(truth);
    assertEquals(NodeOutcome.State.SUCCEEDED, server.outcome(truth, "n1").state());
    server.contents().arrived.clear();
    late(lie);
    assertEquals(LIE, server.outcome(lie, "n1").info());
    assertEquals(1, server.summary(lie.id()).failed());
    assertEquals(0, server.summary(lie.id()).counts().lost());
  }

  private void late(Job job) {
    node.answer(FakeNode.success(job.id(), CLAIM));
    await().until(() -> node.durable().contains(job.id()));
  }

  @Test
  void aDryRunBringsNothing() {
    node.close();
    node = server.node("n1").client("1.0", Heartbeat.PROTOCOL, Heartbeat.PREVIEW).join();
    Job job = sent(fetch(UUID.randomUUID(), true));
    node.answer(FakeNode.success(job.id(), "would bring 2 files, 3 bytes\n"));
    assertEquals(NodeOutcome.State.SUCCEEDED, ended(job).state());
  }

  @Test
  void aFailureIsTheNodes() {
    Job job = sent(fetch(UUID.randomUUID(), false));
    NodeResult failure = FakeNode.failure(job.id());
    node.answer(failure);
    assertEquals(failure.outcome().info(), ended(job).info());
  }

  private static Job fetch(UUID parent, boolean isDryRun) {
    ObjectNode json = Json.object();
    (isDryRun ? json.putObject("dry_run") : json).put("verb", "FETCH");
    json.put("parent_id", parent.toString()).put("max_size", 1000);
    json.putArray("paths").add("/etc/x");
    json.putArray("targets").add("n1");
    return JobJson.read(json);
  }

  private Job sent(Job job) {
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()));
    return job;
  }

  private NodeOutcome ended(Job job) {
    await().until(() -> !server.summary(job.id()).processing());
    return server.view(job.id()).nodes().get(0);
  }
}
