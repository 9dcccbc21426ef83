package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.RunCounts;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.server.FakeNode;
import io.directord.server.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class SubmissionTest {
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
            new Place.InJob(1, "targets")
                .error("unknown node web-9 (did you mean web-1?); there are: web-1")),
        refused.errors());
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
    assertEquals(new Place.InJob(0, "").error("and 5 more"), refused.errors().get(10));
  }

  @Test
  void whoIsLeftOutOrAwayIsToldAtOnceAndKept() {
    server.node("gone").join();
    server.pass(TestServer.HEARTBEAT.multipliedBy(3).plus(Duration.ofSeconds(2)));
    await().until(() -> state("gone") == NodeView.State.EXPIRED);
    server.node("here").join();
    FakeNode away = server.node("away").join();
    away.close();
    await().until(() -> state("away") == NodeView.State.AWAY);
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
    server.pass(TestServer.HEARTBEAT.multipliedBy(3).plus(Duration.ofSeconds(2)));
    await().until(() -> state("gone") == NodeView.State.EXPIRED);
    server.node("here").join();
    var once = JobJson.write(TestServer.job());
    once.put("run_once", true);

    Receipt receipt = submit(TestServer.job("here"), JobJson.read(once));

    assertEquals(List.of(), receipt.leftOut());
    assertEquals(List.of("here"), receipt.everyNode());
  }

  @Test
  void resultsAreCountedByWhatTheyAre() {
    server.node("done").succeeding().join();
    answering("skips", Outcome.Skipped.CACHED);
    answering("fails", new Outcome.Failed(Outcome.Reason.ERROR, "exit status 1"));
    answering("omits", new Outcome.Failed(Outcome.Reason.OMITTED, "omitted"));
    answering("loses", new Outcome.Failed(Outcome.Reason.LOST, "lost"));
    Job job = TestServer.job();

    submit(job);
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

  private void answering(String name, Outcome outcome) {
    server
        .node(name)
        .answering(run -> NodeResult.withoutRun(run.job().id(), outcome, server.clock().instant()))
        .join();
  }

  private NodeView.State state(String name) {
    return TestServer.get(server.dispatch().nodes(TestServer.CALLER)).stream()
        .filter(node -> node.identity().equals(name))
        .findFirst()
        .orElseThrow()
        .state();
  }
}
