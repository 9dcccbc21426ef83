package io.directord.cli.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Terminal;
import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunTimes;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.JobDefinition;
import io.directord.common.job.JobOptions;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.OutputPosition;
import io.directord.verbs.builtin.QueueSentinelComponent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class FollowTest {
  private final List<String> warnings = new ArrayList<>();
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final Parent parent = new Parent(UUID.randomUUID(), "p", null, false);
  private final Job first = job("first");
  private final Job second = job("second");
  private Run run = new Run(List.of(first, second));

  @Test
  void linesComeInTheOrderOfSubmission() {
    JobLines lines = new JobLines(out, Show.ALL);
    tell(lines, ended(second, 3, 0));
    assertEquals("", printed());
    tell(lines, ended(first, 2, 1));
    assertEquals("Job Degraded: " + first.id() + "\nJob Success: " + second.id() + "\n", printed());
    assertTrue(run.ended());
  }

  @Test
  void failedMeansOnAllTargetsAndDegradedOnPart() {
    assertEquals("Job Failed: " + first.id(), JobLines.line(summary(first, 0, 3)));
    assertEquals("Job Degraded: " + first.id(), JobLines.line(summary(first, 1, 2)));
    assertEquals("Job Success: " + first.id(), JobLines.line(summary(first, 3, 0)));
  }

  @Test
  void outputOfShortJobsLooksAsTheOriginalPrintsIt() {
    StreamedOutput stream = ofOneJob();
    tell(stream, answered(first, "node-1", "out\n", "err\n"));
    tell(stream, answered(first, "node-2", "out", "err"));
    tell(stream, ended(first, 2, 0));
    assertEquals(
        "node-1 -- STDOUT\nout\nnode-1 -- STDERR\nerr\n"
            + "node-2 -- STDOUT\nout\nnode-2 -- STDERR\nerr\nJob Success: "
            + first.id()
            + "\n",
        printed());
  }

  @Test
  void whoseOutputItIsIsSaidWhereThereAreSeveralJobs() {
    StreamedOutput stream =
        new StreamedOutput(
            out, UnaryOperator.identity(), UnaryOperator.identity(), warnings::add, Show.ALL);
    tell(stream, output(first, "node-1", "one\n"));
    tell(stream, output(second, "node-1", "two\n"));
    tell(stream, output(second, "node-1", "three\n"));
    assertEquals(
        "node-1 -- STDOUT -- "
            + run.job(first.id()).shortId()
            + " RUN 'first'\none\nnode-1 -- STDOUT -- "
            + run.job(second.id()).shortId()
            + " RUN 'second'\ntwo\nthree\n",
        printed());
  }

  @Test
  void bytesThatAreNotTextAreToldOnce() {
    StreamedOutput stream = ofOneJob();
    tell(stream, output(first, "node-1", "one\n"));
    assertEquals(List.of(), warnings);
    tell(stream, output(first, "node-1", "\uFFFDPNG\n"));
    tell(stream, output(first, "node-1", "\uFFFD\uFFFD\n"));
    assertEquals(
        List.of(
            "Output of node-1 is not UTF-8: such bytes are shown as U+FFFD here. FETCH brings files"
                + " as they are."),
        warnings);
  }

  private StreamedOutput ofOneJob() {
    run = new Run(List.of(first));
    return new StreamedOutput(
        out, UnaryOperator.identity(), UnaryOperator.identity(), warnings::add, Show.ALL);
  }

  @Test
  void outputAppearsWhileItIsProducedInWholeLines() {
    StreamedOutput stream = ofOneJob();
    tell(stream, output(first, "node-1", "one\ntw"));
    assertEquals("node-1 -- STDOUT\none\n", printed());
    tell(stream, output(first, "node-2", "other\n"));
    tell(stream, output(first, "node-1", "o\n"));
    assertEquals(
        "node-1 -- STDOUT\none\nnode-2 -- STDOUT\nother\nnode-1 -- STDOUT\ntwo\n", printed());
  }

  @Test
  void whatWasStreamedIsNotPrintedAgainAtTheEnd() {
    StreamedOutput stream = ofOneJob();
    tell(stream, output(first, "node-1", "one\ntw"));
    tell(stream, answered(first, "node-1", "one\ntwo\nthree\n", ""));
    assertEquals("node-1 -- STDOUT\none\ntwo\nthree\n", printed());
  }

  @Test
  void whereOutputIsMissingALineSaysSoAndItIsCounted() {
    StreamedOutput stream = ofOneJob();
    tell(stream, output(first, "node-1", "one\nt"));
    stream.missed(missed(first, "node-1", 7), run);
    tell(stream, output(first, "node-2", "other\n"));
    tell(stream, output(first, "node-1", "wo\n"));
    tell(stream, answered(first, "node-1", "one\n" + "x\n".repeat(9) + "wo\n", ""));
    assertEquals(
        "node-1 -- STDOUT\none\nnode-2 -- STDOUT\nother\nnode-1 -- STDOUT\nt\n"
            + "[... 7 lines are missing here: they were not read in time ...]\nwo\n",
        printed());
    assertEquals(7, run.missingLines());
    assertEquals(1, run.gaps());
  }

  @Test
  void whatTheResultHasIsNotMissing() {
    StreamedOutput stream = ofOneJob();
    tell(stream, output(first, "node-1", "one\nt"));
    stream.missed(missed(first, "node-1", 1), run);
    tell(stream, answered(first, "node-1", "one\ntwo\n", ""));
    assertEquals("node-1 -- STDOUT\none\ntwo\n", printed());
    assertEquals(0, run.gaps());
  }

  private StreamedOutput renewedBetweenOneAndThree() {
    StreamedOutput stream = ofOneJob();
    tell(stream, output(first, "node-1", "one\n"));
    stream.serverAway();
    tell(stream, output(first, "node-1", "three\n"));
    return stream;
  }

  @Test
  void nothingIsSaidOfARenewedConnectionThatMissedNothing() {
    StreamedOutput stream = renewedBetweenOneAndThree();
    tell(stream, answered(first, "node-1", "one\nthree\nfour\n", ""));
    assertEquals("node-1 -- STDOUT\none\nthree\nfour\n", printed());
    assertEquals(0, run.gaps());
  }

  @Test
  void whatWasMissedWhileTheConnectionWasRenewedIsCounted() {
    StreamedOutput stream = renewedBetweenOneAndThree();
    tell(stream, answered(first, "node-1", "one\ntwo\nthree\n", ""));
    assertEquals(
        "node-1 -- STDOUT\none\nthree\n"
            + "[... 1 line is missing above: the connection was renewed ...]\n",
        printed());
    assertEquals(1, run.gaps());
    assertEquals(1, run.missingLines());
  }

  @Test
  void whereTheResultDoesNotTellWhatWasMissedItMayBeMissing() {
    StreamedOutput stream = renewedBetweenOneAndThree();
    tell(stream, answered(first, "node-1", "", ""));
    assertEquals(
        "node-1 -- STDOUT\none\nthree\n"
            + "[... output may be missing above: the connection was renewed ...]\n",
        printed());
    assertEquals(1, run.gaps());
    assertEquals(0, run.missingLines());
  }

  @Test
  void whatANodeCouldNotSendIsCounted() {
    StreamedOutput stream = ofOneJob();
    tell(
        stream,
        new Event.JobOutput(
            first.id(),
            first.parent().id(),
            "node-1",
            Stream.STDOUT,
            "[... 3 lines ...]\n",
            null,
            3));
    assertEquals(3, run.missingLines());
  }

  @Test
  void whatWasLostOnItsWayIsToldWhereItIsMissingAndNothingIsPrintedTwice() {
    StreamedOutput stream = ofOneJob();
    tell(stream, piece("one\n", 0, 0));
    tell(stream, piece("four\n", 2, 3));
    tell(stream, piece("fi", 3, 4));
    tell(stream, answered(first, "node-1", "one\ntwo\nthree\nfour\nfive\n", ""));
    assertEquals(
        "node-1 -- STDOUT\none\n"
            + "[... 2 lines are missing here: lost with a connection, or came before it was"
            + " followed ...]\n"
            + "four\nfive\n",
        printed());
    assertEquals(2, run.missingLines());
  }

  @Test
  void aConnectionThatWasRenewedBetweenPiecesHasLostNothing() {
    StreamedOutput stream = ofOneJob();
    tell(stream, piece("one\n", 0, 0));
    stream.serverAway();
    tell(stream, piece("two\n", 1, 1));
    tell(stream, answered(first, "node-1", "", ""));
    assertEquals("node-1 -- STDOUT\none\ntwo\n", printed());
    assertEquals(0, run.gaps());
  }

  @Test
  void theEndThatWasLostComesWithTheResult() {
    StreamedOutput stream = ofOneJob();
    tell(stream, piece("one\n", 0, 0));
    tell(stream, piece("three\n", 2, 2));
    tell(stream, answered(first, "node-1", "one\ntwo\nthree\nfour\n", ""));
    assertTrue(printed().endsWith(" ...]\nthree\nfour\n"), printed());
    assertEquals(1, run.missingLines());
  }

  private Event piece(String text, long pieces, long lines) {
    return new Event.JobOutput(
        first.id(),
        first.parent().id(),
        "node-1",
        Stream.STDOUT,
        text,
        new OutputPosition(pieces, lines),
        0);
  }

  private static Event.Missed missed(Job job, String node, long lines) {
    return new Event.Missed(2, 2, lines, List.of(new Event.MissedOutput(job.id(), node, lines)));
  }

  @Test
  void whatIsToldAgainAfterARestartChangesNothing() {
    assertTrue(run.apply(answered(first, "node-1", "x", "")));
    assertFalse(run.apply(answered(first, "node-1", "x", "")));
    assertTrue(run.apply(ended(first, 1, 0)));
    assertFalse(run.apply(ended(first, 1, 0)));
    assertFalse(run.ended());
  }

  @Test
  void theBarFitsItsWidthAndCountsNodes() {
    ProgressBar bar = new ProgressBar(out, new Terminal(80), () -> 0L, run, () -> "");
    tell(bar, new Event.JobTaken(taken(first, 3)));
    tell(bar, new Event.JobTaken(taken(second, 3)));
    tell(bar, answered(first, "node-1", "", ""));
    tell(bar, answered(first, "node-2", "", ""));
    tell(bar, failed(first, "node-3", "no"));
    tell(bar, ended(first, 2, 1));
    tell(bar, answered(second, "node-1", "", ""));
    String line = bar.line(79);
    assertTrue(line.startsWith("[#"), line);
    assertTrue(line.endsWith("4/6 answers  1 done  1 failed  1 running  0:00"), line);
    for (int width = 0; width < 120; width++) {
      assertTrue(bar.line(width).length() <= width);
    }
  }

  @Test
  void aNodeThatWasLostAndAnswersAfterAllHasNotFailed() {
    ProgressBar bar = new ProgressBar(out, new Terminal(80), () -> 0L, run, () -> "");
    tell(bar, failed(first, "node-1", "silent"));
    assertTrue(bar.line(79).contains("1 failed"), bar.line(79));
    tell(bar, answered(first, "node-1", "", ""));
    assertTrue(bar.line(79).contains("0 failed"), bar.line(79));
  }

  @Test
  void failuresAreToldByReasonAndNodes() {
    run.apply(failed(first, "node-2", "exit status 2"));
    run.apply(failed(first, "node-1", "exit status 2"));
    run.apply(answered(first, "node-3", "", ""));
    run.apply(ended(first, 1, 2));
    run.apply(omitted(second, "node-1"));
    run.apply(omitted(second, "node-2"));
    run.apply(answered(second, "node-3", "", ""));
    run.apply(ended(second, 1, 2));
    assertEquals(
        List.of(
            "RUN 'first' failed on 2 of 3 nodes:",
            "  node-1, node-2: exit status 2",
            "    ls: no such file",
            "  see 'directord manage --job-info " + first.id().toString().substring(0, 8) + "'",
            "1 later job was left out after a failure, on node-1, node-2"),
        FailureText.of(run, 80, false, UnaryOperator.identity()));
  }

  @Test
  void aLongCommandStandsOnceAndWhatIsSaidOfItBreaksBetweenWords() {
    String command = "for i in 1 2 3; do\n  echo " + "a-word ".repeat(40) + "\ndone";
    Job job = job(null, Json.object().put("command", command));
    Run one = new Run(List.of(job));
    one.apply(failed(job, "node-1", "exit status 2: " + command));
    one.apply(ended(job, 0, 1));
    String id = job.id().toString().substring(0, 8);
    List<String> lines =
        List.of(
            "  node-1: exit status 2",
            "    ls: no such file",
            "  see 'directord manage --job-info " + id + "'");
    List<String> told = FailureText.of(one, 60, false, UnaryOperator.identity());
    assertEquals("RUN for i in 1 2 3; do echo a-word... failed on 1 of 1 node:", told.get(0));
    assertEquals(lines, told.subList(1, 4));
    List<String> named = FailureText.of(one, 60, true, UnaryOperator.identity());
    assertEquals(id + " failed on 1 of 1 node:", named.get(0));
    assertEquals(lines, named.subList(1, 4));
  }

  @Test
  void nodesThatAreLostForTheSameReasonAreToldTogether() {
    for (String node : List.of("node-1", "node-2")) {
      run.apply(
          outcome(
              first,
              node,
              NodeOutcome.State.FAILED,
              Outcome.Reason.LOST,
              "node " + node + " has not been heard of for 15 s",
              "",
              ""));
    }
    run.apply(ended(first, 0, 2));
    assertEquals(
        "  node-1, node-2: has not been heard of for 15 s",
        FailureText.of(run, 80, false, UnaryOperator.identity()).get(1));
  }

  @Test
  void manyFailedJobsAreCountedAfterTheFirst() {
    List<Job> jobs = IntStream.range(0, 23).mapToObj(i -> job("job " + i)).toList();
    Run many = new Run(jobs);
    for (Job job : jobs) {
      many.apply(failed(job, "node-1", "no"));
      many.apply(ended(job, 0, 1));
    }
    List<String> text = FailureText.of(many, 80, false, UnaryOperator.identity());
    assertTrue(text.contains("RUN 'job 19' failed on 1 of 1 node:"), text::toString);
    assertEquals(
        "and 3 more jobs failed: see 'directord manage --list-jobs --filter failed'",
        text.get(text.size() - 1));
  }

  @Test
  void jobsThatASentinelHasDroppedAreNotCountedAsConsequencesOfAFailure() {
    UUID sentinel = UUID.randomUUID();
    run.apply(dropped(first, "node-1", sentinel));
    run.apply(ended(first, 2, 1));
    run.apply(dropped(second, "node-1", sentinel));
    run.apply(ended(second, 2, 1));
    assertEquals(
        List.of("2 jobs were dropped, on node-1: Omitted due to sentinel from " + sentinel),
        FailureText.of(run, 80, false, UnaryOperator.identity()));
  }

  private void tell(RunDisplay report, Event event) {
    if (run.apply(event)) {
      report.on(event, run);
    }
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private Job job(String name) {
    return job(name, Json.object());
  }

  private Job job(String name, ObjectNode arguments) {
    return new Job(
        UUID.randomUUID(),
        "f",
        parent,
        name,
        new JobDefinition("RUN", arguments, Job.DEFAULT_TIMEOUT),
        new JobOptions(false, false, true),
        List.of());
  }

  private static JobSummary taken(Job job, int targets) {
    return summary(job, true, targets, 0, 0);
  }

  private static JobSummary summary(Job job, int succeeded, int failed) {
    return summary(job, false, succeeded + failed, succeeded, failed);
  }

  private static JobSummary summary(
      Job job, boolean processing, int targets, int succeeded, int failed) {
    return new JobSummary(
        job.id(),
        job.parent(),
        JobTitle.of(job),
        new JobOrigin("root", NOW, 0, false),
        processing,
        new JobCounts(targets, succeeded, 0, failed, 0, 0),
        new JobTimes(Duration.ZERO, Duration.ZERO, processing ? null : NOW));
  }

  private static Event ended(Job job, int succeeded, int failed) {
    return new Event.JobEnded(summary(job, succeeded, failed), EndedNodes.NONE);
  }

  private static Event output(Job job, String node, String text) {
    return new Event.JobOutput(job.id(), job.parent().id(), node, Stream.STDOUT, text, null, 0);
  }

  private static Event answered(Job job, String node, String stdout, String stderr) {
    return outcome(job, node, NodeOutcome.State.SUCCEEDED, null, "", stdout, stderr);
  }

  private static Event failed(Job job, String node, String info) {
    return outcome(
        job, node, NodeOutcome.State.FAILED, Outcome.Reason.ERROR, info, "", "ls: no such file\n");
  }

  private static Event omitted(Job job, String node) {
    return outcome(
        job, node, NodeOutcome.State.FAILED, Outcome.Reason.OMITTED, "Job omitted", "", "");
  }

  private static Event dropped(Job job, String node, UUID sentinel) {
    String info = QueueSentinelComponent.dropped(sentinel).info();
    return outcome(job, node, NodeOutcome.State.FAILED, Outcome.Reason.DROPPED, info, "", "");
  }

  private static Event outcome(
      Job job,
      String node,
      NodeOutcome.State state,
      Outcome.Reason reason,
      String info,
      String stdout,
      String stderr) {
    return new Event.NodeAnswered(
        job.id(),
        job.parent().id(),
        new NodeOutcome(
            node,
            state,
            reason,
            info,
            new CapturedOutput(stdout, stderr),
            new RunTimes(Duration.ZERO, Duration.ZERO, NOW, NOW),
            RunDetails.NONE));
  }
}
