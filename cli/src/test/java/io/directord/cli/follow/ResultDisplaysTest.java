package io.directord.cli.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import io.directord.common.api.Event;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunTimes;
import io.directord.common.job.CapturedOutput;
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
