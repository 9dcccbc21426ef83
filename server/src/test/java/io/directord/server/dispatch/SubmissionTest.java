package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Bodies;
import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.Reruns;
import io.directord.common.api.ResolvedTargets;
import io.directord.common.api.RunCounts;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.server.FakeNode;
import io.directord.server.TestServer;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class SubmissionTest {
  @AutoClose private TestServer server = new TestServer();

  @Test
  void ofSeveralRerunsAtOnceOneRuns() {
    FakeNode node = server.node("web-1").join();
    Job job = TestServer.job("web-1");
    server.submit(job);
    await().until(() -> node.jobs().size() == 1);
    node.answer(FakeNode.failure(job.id()));
    await()
        .until(
            () ->
                TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)).stream()
                    .noneMatch(JobSummary::processing));

    List<CompletableFuture<Receipt>> reruns =
        Stream.generate(
                () ->
                    server
                        .dispatch()
                        .rerun(
                            TestServer.CALLER,
                            job.id(),
                            new Reruns.Request(
                                Set.of(Reruns.Which.FAILED),
                                false,
                                UUID.randomUUID(),
                                false,
                                List.of())))
            .limit(20)
            .toList();

    await().until(() -> reruns.stream().allMatch(CompletableFuture::isDone));
    assertEquals(1, reruns.stream().filter(rerun -> !rerun.isCompletedExceptionally()).count());
    assertEquals(2, TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)).size());
  }

  @Test
  void aTargetThatIsNotEnrolledHasEverythingRefusedBeforeAnythingRuns() {
    FakeNode node = server.node("web-1").succeeding().join();

    RefusedException refused =
        assertThrows(
            RefusedException.class,
            () ->
                server.submit(
                    TestServer.job("web-1"),
                    TestServer.job("web-1", "web-9"),
                    TestServer.job("web-9")));

    assertEquals(RefusedException.Kind.INVALID, refused.kind());
    assertEquals(
        List.of(
            new Place.InTarget(1, "targets", 1, 1)
                .error("unknown node web-9 (did you mean web-1?); there are: web-1")
                .withCode(ErrorCode.UNKNOWN_NODE)),
        refused.errors());
    assertEquals(ErrorCode.UNKNOWN_NODE, refused.code());
    assertEquals(List.of(), TestServer.get(server.dispatch().jobs(TestServer.CALLER, null)));
    assertEquals(List.of(), node.jobs());
  }

  @Test
  void aNodeThatIsWaitedForMustBeEnrolled() {
    server.node("web-1").join();
    Job ofKnown = waiting("QUERY_WAIT", "web-1", "{{ other }}");
    Job ofUnknown = waiting("QUERY_WAIT", "web-1", "web-2");
    Job jobWait = waiting("JOB_WAIT", "db");

    RefusedException refused =
        assertThrows(RefusedException.class, () -> server.submit(ofKnown, ofUnknown, jobWait));

    assertEquals(
        List.of(
            "jobs[1].identity: QUERY_WAIT: unknown node web-2 (did you mean web-1?); there are:"
                + " web-1",
            "jobs[2].identity: JOB_WAIT: unknown node db; there are: web-1"),
        refused.errors().stream().map(ValidationError::toString).toList());
  }

  private static Job waiting(String verb, String... identities) {
    ObjectNode json = Json.object().put("verb", verb);
    json.set("targets", Json.tree(List.of("web-1")));
    json.set("identity", Json.tree(List.of(identities)));
    return JobJson.read(json);
  }

  @Test
  void manyUnknownTargetsAreCountedAfterTheFirst() {
    server.node("a").join();
    String[] unknown = new String[15];
    for (int i = 0; i < unknown.length; i++) {
      unknown[i] = "unknown-" + i;
    }

    RefusedException refused =
        assertThrows(RefusedException.class, () -> server.submit(TestServer.job(unknown)));

    assertEquals(11, refused.errors().size());
    assertEquals("jobs[0]: and 5 more", refused.errors().get(10).toString());
    assertEquals(ErrorCode.UNKNOWN_NODE, refused.code());
  }

  @Test
  void whoIsLeftOutOrAwayIsToldAtOnceAndKept() {
    server.node("gone").join();
    server.expire("gone");
    server.node("here").join();
    FakeNode away = server.node("away").join();
    away.close();
    await().until(() -> server.nodeView("away").state() == NodeView.State.AWAY);
    Job job = TestServer.job();

    Receipt receipt = submit(job);

    assertEquals(
        new Receipt(List.of(job.id()), List.of("away", "here"), List.of("away"), List.of("gone")),
        receipt);
    assertEquals(receipt, submit(job));
    assertEquals(List.of("gone"), server.view(job.id()).leftOut());
    assertEquals(1, server.summary(job.id()).origin().leftOut());
    assertEquals("tester", server.summary(job.id()).origin().submittedBy());
  }

  @Test
  void aJobThatNamesItsTargetsOrRunsOnceLeavesNobodyOut() {
    server.node("gone").join();
    server.expire("gone");
    server.node("here").join();
    var once = JobJson.write(TestServer.job());
    once.put("run_once", true);

    Receipt receipt = submit(TestServer.job("here"), JobJson.read(once));

    assertEquals(List.of(), receipt.leftOut());
    assertEquals(List.of("here"), receipt.everyNode());
  }

  @Test
  void anExpressionIsResolvedOnceAndKeptAsWritten() {
    server.node("web-1").join();
    server.node("db-1").join();
    Job good = TestServer.job("web-* and @state=active");

    Receipt receipt = submit(good);
    server.node("web-2").join();

    assertEquals(
        List.of(
            new ResolvedTargets(good.targets(), List.of("web-1"), List.of(), List.of(), List.of())),
        receipt.resolved());
    assertEquals(receipt, submit(good));
    assertEquals(
        List.of("web-1"), server.view(good.id()).nodes().stream().map(NodeOutcome::node).toList());
    assertEquals(
        "[\"web-* and @state=active\"]",
        server.view(good.id()).definition().get("targets").toString());
  }

  @Test
  void anErrorInAnExpressionHasItsPlaceAndColumn() {
    server.node("web-1").join();

    RefusedException refused =
        assertThrows(
            RefusedException.class,
            () ->
                submit(
                    List.of("web-[1"),
                    TestServer.job("web-1"),
                    TestServer.job("web-1", "web-* and not web-9")));

    assertEquals(
        List.of(
            new Place.InTarget(-1, "limit", 0, 5)
                .error("the ] of this [ is missing")
                .withCode(ErrorCode.INVALID_TARGET),
            new Place.InTarget(1, "targets", 1, 15)
                .error("unknown node web-9 (did you mean web-1?); there are: web-1")
                .withCode(ErrorCode.NO_NODE_MATCHES)),
        refused.errors());
    assertEquals(ErrorCode.INVALID_JOBS, refused.code());
    assertEquals("limit[0]:5", refused.errors().get(0).place().text());
    assertEquals("jobs[1].targets[1]:15", refused.errors().get(1).place().text());
    refused.errors().forEach(e -> assertEquals(e.place(), Place.parse(e.place().text())));
  }

  @Test
  void theLimitNarrowsAllJobsAndAJobWithoutATargetIsLeftOutByNumberAndTitle() {
    FakeNode web = server.node("web-1").succeeding().join();
    server.node("web-2").succeeding().join();
    server.node("db-1").succeeding().join();
    Job every = TestServer.job();
    Job database = TestServer.job("db-*");
    Job named = TestServer.job("web-2", "web-1");

    Receipt receipt = submit(List.of("web-1"), every, database, named);

    assertEquals(List.of(every.id(), named.id()), receipt.jobs());
    assertEquals(List.of("web-1"), receipt.everyNode());
    assertEquals(
        List.of(new Bodies.Omitted(database.id(), 2, "RUN echo hello world")), receipt.omitted());
    assertEquals(List.of("web-1"), server.view(named.id()).limit());
    await().until(() -> web.jobs().size() == 2);
    await().until(() -> !server.summary(named.id()).processing());
    // Also when the limit would leave a target by now.
    server.node("db-web").join();
    assertEquals(receipt.omitted(), submit(List.of("web-1"), every, database, named).omitted());
    assertEquals(receipt.jobs(), submit(List.of("web-1"), every, database, named).jobs());
  }

  @Test
  void aLimitThatLeavesNothingIsRefused() {
    server.node("web-1").join();
    server.node("db-1").join();

    RefusedException refused =
        assertThrows(
            RefusedException.class,
            () -> submit(List.of("web-*"), TestServer.job("db-1"), TestServer.job("db-*")));

    assertEquals(new Place.Key("limit"), refused.errors().get(0).place());
    assertTrue(refused.getMessage().startsWith("the limit leaves no target of any of the 2 jobs"));
    assertTrue(refused.getMessage().endsWith("have no node in common"), refused::getMessage);
  }

  @Test
  void aLimitToNodesThatHaveExpiredNamesThem() {
    server.node("gone").join();
    server.expire("gone");
    server.node("here").join();

    RefusedException refused =
        assertThrows(RefusedException.class, () -> submit(List.of("gone"), TestServer.job()));

    assertTrue(
        refused.getMessage().endsWith(" in common but for those that have expired: gone"),
        refused::getMessage);
  }

  @Test
  void whoNamesANodeThatHasExpiredIsToldAtOnce() {
    server.node("gone").join();
    server.expire("gone");

    Receipt receipt = submit(TestServer.job("gone"));

    assertEquals(Set.of("gone"), ResolvedTargets.expired(receipt.resolved()));
    assertEquals(List.of(), receipt.leftOut());
  }

  @Test
  void nodesOfEarlierJobsAreFoundByHowTheWholeSubmissionEndedThere() {
    FakeNode good = server.node("good").succeeding().join();
    FakeNode bad = answering("bad", new Outcome.Failed(Outcome.Reason.ERROR, "exit status 1"));
    FakeNode gone = server.node("gone").join();
    Job first = TestServer.job();
    Job second = TestServer.job("good");
    assertThrows(RefusedException.class, () -> submit(TestServer.job("%failed:last")));
    submit(first, second);
    await().until(() -> server.summary(first.id()).counts().open() == 1);
    server.expire("gone");
    await().until(() -> !server.summary(first.id()).processing());
    for (FakeNode node : List.of(good, bad, gone)) {
      node.heartbeat();
    }
    for (String name : List.of("good", "bad", "gone")) {
      await().until(() -> server.nodeView(name).state() == NodeView.State.ACTIVE);
    }
    await().until(() -> !server.summary(second.id()).processing());
    String id = first.id().toString();

    for (String last : List.of("last", id, id.substring(0, 13), first.parent().id().toString())) {
      Bodies.Checked checked =
          server.check(
              TestServer.job("%failed:" + last),
              TestServer.job("%lost:" + last),
              TestServer.job("%ok:" + last));
      assertEquals(List.of(), checked.obstacles());
      assertEquals(
          List.of(List.of("bad"), List.of("gone"), List.of("good")),
          checked.targets().stream().map(ResolvedTargets::nodes).toList());
    }
    RefusedException none =
        assertThrows(
            RefusedException.class, () -> submit(TestServer.job("%failed:" + second.id())));
    assertEquals(
        "no enrolled node failed in job " + second.id().toString().substring(0, 8),
        none.getMessage());
    RefusedException unknown =
        assertThrows(RefusedException.class, () -> submit(TestServer.job("not %ok:0000")));
    assertEquals(new Place.InTarget(0, "targets", 0, 5), unknown.errors().get(0).place());
  }

  private Receipt submit(List<String> limit, Job... jobs) {
    return TestServer.get(server.dispatch().submit(TestServer.CALLER, List.of(jobs), limit));
  }

  @Test
  void resultsAreCountedByWhatTheyAre() {
    server.node("done").succeeding().join();
    answering("skips", Outcome.Skipped.CACHED);
    answering("fails", new Outcome.Failed(Outcome.Reason.ERROR, "exit status 1"));
    answering("omits", new Outcome.Failed(Outcome.Reason.OMITTED, "omitted"));
    server.node("loses").join();
    Job job = TestServer.job();

    submit(job);
    await().until(() -> server.summary(job.id()).counts().open() == 1);
    server.expire("loses");
    await().until(() -> !server.summary(job.id()).processing());

    JobSummary summary = server.summary(job.id());
    assertEquals(new JobCounts(5, 2, 1, 3, 1, 1), summary.counts());
    assertEquals(1, summary.counts().done());
    assertEquals(1, summary.counts().broken());
    assertEquals(0, summary.counts().open());
    assertEquals("RUN echo hello world", summary.title().line());
  }

  @Test
  void whatIsKnownOfRunsIsCountedKeptAndToldWithTheEnd() {
    running("quiet", new RunDetails(false, 1, null));
    running("changes", new RunDetails(false, 1, true));
    running("as-it-was", new RunDetails(false, 1, false));
    running("at-last", new RunDetails(true, 3, null));
    Job job = TestServer.job();
    List<Event> heard = new CopyOnWriteArrayList<>();
    EventFilter ends = new EventFilter(Set.of(job.parent().id()), EventFilter.Detail.JOBS);
    server.dispatch().follow(TestServer.CALLER, ends, heard::add);

    submit(job);
    await().until(() -> !server.summary(job.id()).processing());

    assertEquals(new RunCounts(1, 1, 1, 1), server.summary(job.id()).counts().runs());
    assertEquals(new RunDetails(true, 3, null), server.view(job.id()).nodes().get(1).details());
    EndedNodes named =
        new EndedNodes(List.of(), List.of("changes"), List.of("at-last"), List.of("at-last"));
    await().until(() -> ended(heard).equals(List.of(named)));
    List<Event> later = new CopyOnWriteArrayList<>();
    EventFilter failures = new EventFilter(ends.parents(), EventFilter.Detail.FAILURES);
    server.dispatch().follow(TestServer.CALLER, failures, later::add);
    await().until(() -> ended(later).equals(List.of(named)));
  }

  private static List<EndedNodes> ended(List<Event> events) {
    return events.stream()
        .filter(Event.JobEnded.class::isInstance)
        .map(event -> ((Event.JobEnded) event).named())
        .toList();
  }

  private void running(String name, RunDetails details) {
    server
        .node(name)
        .answering(
            run -> {
              NodeResult result = FakeNode.success(run.job().id(), "");
              return new NodeResult(
                  result.jobId(),
                  result.outcome(),
                  CapturedOutput.EMPTY,
                  result.executionTime(),
                  result.startedAt(),
                  result.endedAt(),
                  details);
            })
        .join();
  }

  private Receipt submit(Job... jobs) {
    return TestServer.get(server.dispatch().submit(TestServer.CALLER, List.of(jobs)));
  }

  private FakeNode answering(String name, Outcome outcome) {
    return server
        .node(name)
        .answering(run -> NodeResult.withoutRun(run.job().id(), outcome, server.clock().instant()))
        .join();
  }

  @Test
  void whatStandsForNoNodeNowIsAConflictAndAWrongNameIsNot() {
    assertEquals(RefusedException.Kind.CONFLICT, refusal(TestServer.job()));
    server.node("web-1").join();
    assertEquals(RefusedException.Kind.CONFLICT, refusal(TestServer.job("@role=none")));
    assertEquals(RefusedException.Kind.INVALID, refusal(TestServer.job("web-9", "@role=none")));
    assertEquals(RefusedException.Kind.INVALID, refusal(TestServer.job("web-[1")));
  }

  private RefusedException.Kind refusal(Job job) {
    return assertThrows(RefusedException.class, () -> server.submit(job)).kind();
  }
}
