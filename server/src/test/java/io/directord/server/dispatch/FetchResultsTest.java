package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeOutcome;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.BroughtFiles;
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
import java.util.Set;
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
    node.answer(success(job));
    assertEquals(NodeOutcome.State.SUCCEEDED, ended(job).state());
    await("nobody asks for it any more").until(() -> server.contents().arrived.isEmpty());
    node.answer(success(job));
    await().until(() -> node.durable().size() == 2);
    assertEquals(1, server.summary(job.id()).succeeded());
  }

  @Test
  void aNodeThatHasSentNothingHasNotSucceededAndNeitherHaveLaterJobsOfItsParent() {
    UUID parent = UUID.randomUUID();
    Job fetch = fetch(parent, false);
    Job later = TestServer.job(parent, "n1");
    Job other = TestServer.job("n1");
    server.submit(fetch, later, other);
    await().until(() -> node.jobs().contains(fetch.id()));
    node.answer(success(fetch));
    NodeOutcome outcome = ended(fetch);
    assertEquals(NodeOutcome.State.FAILED, outcome.state());
    assertEquals(Reason.ERROR, outcome.reason());
    assertEquals(LIE, outcome.info());
    assertEquals(CLAIM, outcome.stdout());
    assertEquals(new BroughtFiles(2, null, null, true), outcome.details().brought());
    assertEquals(1, server.summary(fetch.id()).failed());
    assertEquals(Reason.OMITTED, ended(later).reason());
    assertTrue(
        log.lines().toString().contains("node n1: job " + fetch.id() + " failed there: " + LIE),
        log.lines()::toString);
    await().until(() -> node.durable().contains(fetch.id()));
    Job latest = TestServer.job(parent, "n1");
    server.submit(latest);
    assertEquals(Reason.OMITTED, ended(latest).reason());
    // What comes behind the parent does not depend on it.
    await().until(() -> node.jobs().equals(List.of(fetch.id(), other.id())));
  }

  @Test
  void laterJobsOfItsParentAreSentWhenTheStoreHasTheResultAndInTheirOrder() {
    UUID parent = UUID.randomUUID();
    Job fetch = fetch(parent, false);
    Job later = TestServer.job(parent, "n1");
    Job again = fetch(parent, false);
    Job last = TestServer.job(parent, "n1");
    Job other = TestServer.job("n1");
    Job first = TestServer.job("n1");
    server.submit(first, fetch, later, again, last, other);
    await().until(() -> node.jobs().contains(fetch.id()));
    node.answer(FakeNode.success(first.id(), ""));
    ended(first);
    assertEquals(List.of(first.id(), fetch.id()), node.jobs());
    assertTrue(why(later).contains("waits on the server for the result"), () -> why(later));
    server.contents().arrived.put("n1", new FetchArrival(2, ""));
    node.answer(success(fetch));
    await().until(() -> node.jobs().contains(again.id()));
    assertEquals(List.of(fetch.id(), later.id(), again.id()), node.jobs().subList(1, 4));
    assertEquals(4, node.jobs().size());
    await().until(() -> server.contents().arrived.isEmpty());
    // The node itself leaves out the rest.
    node.answer(FakeNode.failure(again.id()));
    await().until(() -> node.jobs().contains(other.id()));
    assertEquals(List.of(last.id(), other.id()), node.jobs().subList(4, 6));
  }

  @Test
  void otherParentsOfAnAsynchronousOneDoNotWait() {
    UUID parent = UUID.randomUUID();
    Job fetch = async(fetch(parent, false));
    Job later = async(TestServer.job(parent, "n1"));
    Job bypassing = bypassing(parent);
    Job other = TestServer.job("n1");
    server.submit(fetch, later, bypassing, other);
    await().until(() -> node.jobs().size() == 3);
    assertEquals(Set.of(fetch.id(), bypassing.id(), other.id()), Set.copyOf(node.jobs()));
    server.contents().arrived.put("n1", new FetchArrival(2, ""));
    node.answer(success(fetch));
    await().until(() -> node.jobs().contains(later.id()));
  }

  @Test
  void whatANodeMayHaveSinceAnEarlierServerDidNotWaitIsTakenBack() {
    UUID parent = UUID.randomUUID();
    Job fetch = fetch(parent, false);
    Job later = TestServer.job(parent, "n1");
    server.submit(fetch, later);
    await().until(() -> node.jobs().contains(fetch.id()));
    server = server.restarted();
    node = server.node("n1").join();
    await().until(() -> node.jobs().contains(fetch.id()));
    node.answer(success(fetch));
    assertEquals(Reason.OMITTED, ended(later).reason());
    await().until(() -> node.cancelled().equals(List.of(later.id())));
    assertEquals(List.of(fetch.id()), node.jobs());
  }

  @Test
  void whatStandsBehindAFetchWasNotSentByAServerBeforeThisOneEither() {
    node.close();
    node = server.node("n1").journal(UUID.randomUUID()).join();
    UUID parent = UUID.randomUUID();
    Job fetch = fetch(parent, false);
    Job later = TestServer.job(parent, "n1");
    Job other = TestServer.job("n1");
    server.submit(fetch, later, other);
    await().until(() -> node.jobs().contains(fetch.id()));
    node.close();
    server = server.restarted();

    node = server.node("n1").journal(UUID.randomUUID()).join();

    assertEquals(Reason.INTERRUPTED, ended(fetch).reason());
    assertEquals(Reason.OMITTED, ended(later).reason());
    await().until(() -> node.jobs().equals(List.of(other.id())));
  }

  @Test
  void itIsTheSameAfterARestartOfTheServer() {
    Job lie = sent(fetch(UUID.randomUUID(), false));
    Job truth = sent(fetch(UUID.randomUUID(), false));
    server = server.restarted();
    node = server.node("n1").join();
    await().until(() -> node.jobs().containsAll(List.of(lie.id(), truth.id())));
    node.answer(success(lie));
    assertEquals(LIE, ended(lie).info());
    server.contents().arrived.put("n1", new FetchArrival(2, ""));
    node.answer(success(truth));
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
    node.answer(success(job));
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

  private static NodeResult success(Job job) {
    NodeResult result = FakeNode.success(job.id(), CLAIM);
    return result.with(result.outcome(), result.details().withBrought(BroughtFiles.said(2)));
  }

  private static Job async(Job job) {
    return JobJson.read(JobJson.write(job).put("parent_async", true));
  }

  private static Job bypassing(UUID parent) {
    ObjectNode json = Json.object().put("verb", "ARG").put("parent_id", parent.toString());
    json.put("parent_async", true).put(Job.BYPASS, true);
    json.putObject("args").put("a", 1);
    json.putArray("targets").add("n1");
    return JobJson.read(json);
  }

  private String why(Job job) {
    return TestServer.get(server.dispatch().explain(TestServer.CALLER, job.id(), null))
        .nodes()
        .get(0)
        .text();
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
