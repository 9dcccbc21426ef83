package io.directord.cli.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import io.directord.common.api.Event;
import io.directord.common.api.RunState;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Runs of several parents, some of which are paused. */
class PausedRunTest {
  private final List<Job> jobs = List.of(job("first"), job("second"));
  private final RunFixture fixture = new RunFixture(jobs, "a", "b");
  private final Run run = fixture.run;

  @Test
  void itStandsStillOnlyOnceAllParentsDo() {
    paused(0, 1);
    assertFalse(run.isPartlyStopped(), "one node still runs it");
    paused(0, 0);
    assertTrue(run.isPartlyStopped());
    assertFalse(run.isStopped());
    assertEquals(
        List.of(jobs.get(1).id()),
        run.openBesideStopped().stream().map(job -> job.job().id()).toList());

    paused(1, 0);
    assertTrue(run.isStopped());
  }

  @Test
  void parentsThatWaitForAPausedOneAreTold() {
    paused(0, 0);
    run.blocked(jobs.get(1).parent().id(), 1);
    List<String> lines = PausedText.of(run);
    assertEquals("parent 'first' is paused, and has not begun on 1 node: why", lines.get(0));
    assertEquals("parent 'second' waits for that, on 1 node: it does not overtake", lines.get(3));
  }

  @Test
  void whatFailedOnSomeNodesIsToldThoughTheRunIsPausedOnOthers() {
    fixture.fails(0, "a", Outcome.Reason.ERROR);
    paused(0, 0);
    assertTrue(run.anyFailed());
    List<String> text = FailureText.of(run, 80, true, UnaryOperator.identity());
    assertEquals(3, text.size(), text::toString);
    assertTrue(text.get(0).endsWith(" failed on 1 of 2 nodes:"), text::toString);
    assertEquals("  a: no", text.get(1));

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    JobLines.printFew(run, new Console(print, print, null), Show.FAILED);
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.get(0).startsWith("Job Paused: "), lines::toString);
  }

  @Test
  void aScriptGetsALineForEveryJobAlsoIfItHasNotEnded() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JobLines lines = new JobLines(new PrintStream(out, true, StandardCharsets.UTF_8), Show.ALL);
    paused(0, 0);
    fixture.ends(1);
    lines.on(fixture.ended(1), run);
    lines.finish(run);
    assertEquals(
        List.of("Job Paused: " + jobs.get(0).id(), "Job Success: " + jobs.get(1).id()),
        out.toString(StandardCharsets.UTF_8).lines().toList());
  }

  @Test
  void whatWaitsForAPausedRunIsPausedTooAndWhatIsNotWaitedForUnfinished() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    JobLines.printUnended(run, print, Show.ALL);
    paused(0, 0);
    run.blocked(jobs.get(1).parent().id(), 1);
    JobLines.printUnended(run, print, Show.ALL);
    assertEquals(
        List.of(
            "Job Unfinished: " + jobs.get(0).id(),
            "Job Unfinished: " + jobs.get(1).id(),
            "Job Paused: " + jobs.get(0).id(),
            "Job Paused: " + jobs.get(1).id()),
        out.toString(StandardCharsets.UTF_8).lines().toList());
  }

  private void paused(int job, int running) {
    UUID parent = jobs.get(job).parent().id();
    run.apply(new Event.RunChanged(new RunState(parent, "why", 1, 0, running, 1, null)));
  }

  static Job job(String parent) {
    return JobJson.read(
        Json.object()
            .put("verb", "RUN")
            .put("command", "true")
            .put("parent_id", UUID.randomUUID().toString())
            .put("parent_name", parent));
  }
}
