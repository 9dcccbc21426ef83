package io.directord.common.api;

import io.directord.common.job.CapturedOutput;
import java.util.UUID;

/**
 * One job on one node, with all of its output or some lines of it.
 *
 * @param stdoutLines which lines of standard output these are
 * @param stderrLines likewise of standard error
 */
public record ResultView(
    UUID jobId, NodeOutcome result, LineRange.Lines stdoutLines, LineRange.Lines stderrLines) {

  /** The result with these lines of each output. */
  public static ResultView of(UUID job, NodeOutcome result, LineRange range) {
    LineRange.Part stdout = range.of(text(result.stdout()));
    LineRange.Part stderr = range.of(text(result.stderr()));
    NodeOutcome part = result.withOutput(new CapturedOutput(stdout.text(), stderr.text()));
    return new ResultView(job, part, stdout.lines(), stderr.lines());
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }
}
