package io.directord.cli.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import io.directord.common.api.Event;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobProgress;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunState;
import io.directord.common.api.RunTimes;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The ways to show the results of many nodes. */
class ResultDisplaysTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final RunFixture fixture = new RunFixture(1, "web-1", "web-2", "web-3", "web-4");

  @Test
  void nodesThatPrintedTheSameShareAHeading() {
    FoldedOutput folded = new FoldedOutput(Show.ALL, (colour, text) -> text);
    tell(folded, ok("web-2", "same\n"));
    tell(folded, failed("web-4", Outcome.Reason.ERROR, "exit status 3"));
    tell(folded, ok("web-1", "same\n"));
    tell(folded, ok("web-3", "other\nlines\n"));
    assertEquals(
        List.of(
            "web-[1:2] (2 nodes): ok",
            "    same",
            "web-3 (1 node): ok",
            "    other",
            "    lines",
            "web-4 (1 node): ERROR: exit status 3",
            "    -- STDERR",
            "    oh"),
        folded.lines(fixture.run, 80));
  }

  @Test
  void aJobThatIsPausedIsNotShownAsASuccess() {
    RunFixture two = new RunFixture(2, "web-1", "web-2");
    two.ends(0);
    UUID parent = two.jobs.get(0).parent().id();
    two.run.apply(new Event.RunChanged(new RunState(parent, "1 failed", 2, 0, 0, 1, null)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);

    JobLines.printFew(two.run, new Console(print, print, null), Show.ALL);

    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertTrue(lines.get(0).matches("Job Success: \\S+  RUN echo 0"), lines::toString);
    assertTrue(lines.get(1).matches("Job Paused: \\S+  RUN echo 1"), lines::toString);
  }

  @Test
  void aResultReplacesThatTheNodeWasLost() {
    FoldedOutput folded = new FoldedOutput(Show.ALL, (colour, text) -> text);
    tell(folded, failed("web-1", Outcome.Reason.LOST, "node web-1 was silent"));
    tell(folded, failed("web-2", Outcome.Reason.LOST, "node web-2 was silent"));
    tell(folded, ok("web-1", ""));
    assertEquals(
        List.of(
            "web-1 (1 node): ok", "web-2 (1 node): LOST: was silent", "    -- STDERR", "    oh"),
        folded.lines(fixture.run, 80));
  }

  @Test
  void sendersAreThoseThatAnsweredThemselves() {
    Senders all = new Senders(Show.ALL);
    Senders failed = new Senders(Show.FAILED);
    for (Senders senders : List.of(all, failed)) {
      tell(senders, ok("web-3", ""));
      tell(senders, failed("web-1", Outcome.Reason.ERROR, "no"));
      tell(senders, failed("web-2", Outcome.Reason.LOST, "silent"));
      tell(senders, failed("web-4", Outcome.Reason.OMITTED, "parent failure"));
    }
    assertEquals(Set.of("web-1", "web-3"), all.names());
    assertEquals(Set.of("web-1"), failed.names());
  }

  @Test
  void everyResultIsALineAndTheLastOneSumsUp() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ResultLines lines =
        new ResultLines(new PrintStream(bytes, true, StandardCharsets.UTF_8), Show.FAILED);
    tell(lines, ok("web-1", "not shown\n"));
    tell(lines, failed("web-2", Outcome.Reason.ERROR, "no"));
    lines.summarize(fixture.run, Duration.ofMillis(1500));
    List<ObjectNode> printed =
        bytes
            .toString(StandardCharsets.UTF_8)
            .lines()
            .map(line -> Json.read(line, ObjectNode.class))
            .toList();
    assertEquals(2, printed.size());
    ObjectNode result = printed.get(0);
    assertEquals("result", result.path("type").asString());
    assertEquals(fixture.jobs.get(0).id().toString(), result.path("job_id").asString());
    assertEquals("RUN echo 0", result.path("title").asString());
    assertEquals("web-2", result.path("node").asString());
    assertEquals("FAILED", result.path("state").asString());
    assertEquals("oh\n", result.path("stderr").asString());
    ObjectNode summary = printed.get(1);
    assertEquals("summary", summary.path("type").asString());
    assertEquals(1, summary.path("ok").asInt());
    assertEquals(1, summary.path("failed").asInt());
    assertEquals(2, summary.path("unfinished").asInt());
    assertEquals(1.5, summary.path("time").asDouble());
  }

  @Test
  void theFiguresOfAPausedRunAddUpAndSayThatItIs() {
    RunFixture two = new RunFixture(2, "web-1", "web-2", "web-3");
    UUID parent = two.jobs.get(0).parent().id();
    two.fails(0, "web-1", Outcome.Reason.ERROR);
    two.fails(1, "web-1", Outcome.Reason.OMITTED);
    two.fails(0, "web-2", Outcome.Reason.NOT_STARTED);
    two.fails(1, "web-2", Outcome.Reason.NOT_STARTED);
    two.run.apply(new Event.RunChanged(new RunState(parent, "1 failed", 1, 0, 0, 1, null)));
    two.run.learn(hasNotBegun(two.jobs.get(0), parent, "web-3"));
    two.run.learn(hasNotBegun(two.jobs.get(1), parent, "web-3"));

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ResultLines(new PrintStream(bytes, true, StandardCharsets.UTF_8), Show.ALL)
        .summarize(two.run, Duration.ZERO);
    ObjectNode summary = Json.read(bytes.toString(StandardCharsets.UTF_8), ObjectNode.class);
    int results = 0;
    for (String key :
        List.of(
            "ok",
            "skipped",
            "failed",
            "lost",
            "not_run",
            "not_started",
            "not_begun",
            "unfinished")) {
      results += summary.path(key).asInt();
    }
    assertEquals(6, results, summary::toString);
    assertEquals(2, summary.path("not_started").asInt());
    assertEquals(2, summary.path("not_begun").asInt());
    assertEquals("1 failed", summary.at("/paused/0/paused").asString());
    assertEquals(parent.toString(), summary.at("/paused/0/parent_id").asString());
    String recap = String.join("\n", Recap.of(two.run, Duration.ZERO, 200));
    assertTrue(recap.endsWith("not-run=1  not-started=2  not-begun=2  in 0.0 s"), recap);
  }

  @Test
  void whatACopyLeftOutIsInItsResultsAndInTheSum() {
    Job copy =
        JobJson.read(
            Json.read(
                "{\"verb\":\"COPY\",\"from\":\"x*\",\"to\":\"/out/\",\"undelivered\":[\"xa\",\"xb\"]}",
                ObjectNode.class));
    RunFixture one = new RunFixture(List.of(copy), "web-1");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ResultLines lines =
        new ResultLines(new PrintStream(bytes, true, StandardCharsets.UTF_8), Show.ALL);
    lines.on(one.fails(0, "web-1", Outcome.Reason.ERROR, RunDetails.NONE), one.run);
    lines.summarize(one.run, Duration.ZERO);
    List<String> printed = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(2, printed.size());
    for (String line : printed) {
      assertEquals(2, Json.read(line, ObjectNode.class).path("undelivered").asInt(), line);
    }
  }

  private static JobView hasNotBegun(Job job, UUID parent, String node) {
    JobSummary summary =
        new JobSummary(
            job.id(),
            job.parent(),
            JobTitle.of(job),
            new JobOrigin("root", NOW, 0, false),
            JobProgress.of(new RunState(parent, "1 failed", 1, 0, 0, 1, null), 1, 0),
            JobCounts.of(1),
            new JobTimes(Duration.ZERO, Duration.ZERO, null));
    NodeOutcome waiting =
        NodeOutcome.withoutRun(node, NodeOutcome.State.WAITING, null, "")
            .waitingFor(NodeOutcome.NotBegun.PAUSED);
    return new JobView(
        summary, Json.object(), "root", List.of(), List.of(), List.of(), List.of(waiting));
  }

  @Test
  void outputGoesIntoFilesOfNodesAndJobs(@TempDir Path base) throws Exception {
    Path to = base.resolve("new/out");
    OutputDirectory directory = OutputDirectory.of(to.toString(), Show.ALL);
    tell(directory, ok("web-1", "one\n"));
    tell(directory, failed("web-2", Outcome.Reason.ERROR, "no"));
    assertEquals("one\n", Files.readString(to.resolve("web-1/1-run.stdout")));
    assertFalse(Files.exists(to.resolve("web-1/1-run.stderr")));
    assertEquals("oh\n", Files.readString(to.resolve("web-2/1-run.stderr")));
    assertEquals(3, directory.files());
    assertNull(directory.failure());
    assertTrue(
        assertThrows(
                OutputDirectory.UnusableException.class,
                () -> OutputDirectory.of(to.toString(), Show.ALL))
            .getMessage()
            .endsWith("is not empty: name a new directory, so that no results are mixed"));
  }

  @Test
  void noNameLeadsOutOfTheDirectory(@TempDir Path base) throws Exception {
    OutputDirectory directory = OutputDirectory.of(base.resolve("out").toString(), Show.ALL);
    for (String name :
        List.of("../up", "..", ".", "/etc", "a/b", "a\\b", ".hidden", "ü", "x".repeat(600))) {
      tell(directory, ok(name, "x"));
      assertNull(directory.failure(), name);
    }
    assertEquals(List.of("out"), names(base));
    assertEquals(9, names(base.resolve("out")).size());
    assertEquals("%2E.%2Fup", OutputDirectory.fileName("../up"));
    assertEquals("%C3%BC", OutputDirectory.fileName("ü"));
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void tell(RunDisplay display, NodeOutcome outcome) {
    Event event =
        new Event.NodeAnswered(
            fixture.jobs.get(0).id(), fixture.jobs.get(0).parent().id(), outcome);
    fixture.run.apply(event);
    display.on(event, fixture.run);
  }

  private static NodeOutcome ok(String node, String stdout) {
    return outcome(node, NodeOutcome.State.SUCCEEDED, null, "", new CapturedOutput(stdout, ""));
  }

  private static NodeOutcome failed(String node, Outcome.Reason reason, String info) {
    return outcome(node, NodeOutcome.State.FAILED, reason, info, new CapturedOutput("", "oh\n"));
  }

  private static NodeOutcome outcome(
      String node,
      NodeOutcome.State state,
      Outcome.Reason reason,
      String info,
      CapturedOutput output) {
    return new NodeOutcome(
        node,
        state,
        reason,
        info,
        output,
        new RunTimes(Duration.ZERO, Duration.ZERO, NOW, NOW),
        RunDetails.ONE_ATTEMPT);
  }
}
