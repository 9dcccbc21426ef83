package io.directord.common.job;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * The result of one job on one node.
 *
 * @param executionTime measured on the node; zero if nothing ran
 * @param startedAt start of the verb; null if nothing ran, or if unknown
 * @param endedAt when the outcome was known
 * @param details what else is known of the run
 */
public record NodeResult(
    UUID jobId,
    Outcome outcome,
    CapturedOutput output,
    Duration executionTime,
    Instant startedAt,
    Instant endedAt,
    RunDetails details) {

  /** A result without details. */
  public NodeResult(
      UUID jobId,
      Outcome outcome,
      String stdout,
      String stderr,
      Duration executionTime,
      Instant startedAt,
      Instant endedAt) {
    this(
        jobId,
        outcome,
        new CapturedOutput(stdout, stderr),
        executionTime,
        startedAt,
        endedAt,
        startedAt == null ? RunDetails.NONE : RunDetails.ONE_ATTEMPT);
  }

  /** The same with another outcome and other details. */
  public NodeResult with(Outcome other, RunDetails known) {
    return new NodeResult(jobId, other, output, executionTime, startedAt, endedAt, known);
  }

  public String stdout() {
    return output.stdout();
  }

  public String stderr() {
    return output.stderr();
  }

  /** A job that ended without having run. */
  public static NodeResult withoutRun(UUID jobId, Outcome outcome, Instant now) {
    return new NodeResult(jobId, outcome, "", "", Duration.ZERO, null, now);
  }

  /** A job whose client died while it was, or may have been, running. */
  public static NodeResult withoutOutput(UUID jobId, Outcome outcome, Instant now) {
    return new NodeResult(
        jobId, outcome, CapturedOutput.EMPTY, Duration.ZERO, null, now, RunDetails.OUTPUT_LOST);
  }
}
