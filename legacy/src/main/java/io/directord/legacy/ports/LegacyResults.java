package io.directord.legacy.ports;

import io.directord.common.job.Captured;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.wire.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Converts results of clients of the original into ours. */
final class LegacyResults {
  private static final String SKIPPED = "task skipped";
  private static final String FAILED = "task failed";
  private static final String CALLBACK = "Callback [";
  private static final String TIMEOUT = "Timeout encountered";
  private static final String OMITTED = "Job omitted, parent failure";
  private static final String NOT_ALLOWED = "was not allowed to run";
  private static final double MAX_SECONDS = 1e9;

  private LegacyResults() {}

  /**
   * @param message that ends a job
   * @param now the clients' own times are local ones, of no known zone
   */
  static NodeResult of(UUID job, LegacyMessage message, Instant now) {
    ObjectNode data = message.json();
    boolean ran = data.hasNonNull("component_exec_timestamp");
    double seconds = Math.max(0, data.path("execution_time").asDouble(0));
    Duration took = Duration.ofNanos(Math.round(Math.min(seconds, MAX_SECONDS) * 1e9));
    Captured stdout = captured(message.stdout());
    Captured stderr = captured(message.stderr());
    CapturedOutput output = new CapturedOutput(stdout.text(), stderr.text());
    Outcome outcome =
        message.control() == Control.FAILED
            ? failed(message, output.stderr(), ran)
            : ended(message, ran);
    Instant began = ran ? now.minus(took) : null;
    boolean cut = stdout.isCut() || stderr.isCut();
    RunDetails details = new RunDetails(cut, ran || cut ? 1 : 0, null);
    return new NodeResult(job, outcome, output, took, began, now, details);
  }

  /** Likewise for a job that runs; the client may report success wrongly. */
  static NodeResult of(LegacyJob job, LegacyMessage message, Instant now) {
    NodeResult said = of(job.job().id(), message, now);
    if (job.failure() == null) {
      return said;
    }
    return new NodeResult(
        said.jobId(),
        new Outcome.Failed(Outcome.Reason.ERROR, job.failure()),
        said.output(),
        said.executionTime(),
        said.startedAt(),
        said.endedAt(),
        said.details());
  }

  private static Outcome ended(LegacyMessage message, boolean ran) {
    String info = message.info() == null ? "" : message.info();
    if (info.equals(SKIPPED) && !ran) {
      return Outcome.Skipped.CACHED;
    }
    boolean saysNothing = info.isEmpty() || info.startsWith(CALLBACK);
    return saysNothing ? Outcome.Succeeded.FINISHED : new Outcome.Succeeded(info);
  }

  private static Outcome failed(LegacyMessage message, String stderr, boolean ran) {
    String info = message.info() == null ? FAILED : message.info();
    if (stderr.equals(TIMEOUT)) {
      return new Outcome.Failed(Outcome.Reason.TIMEOUT, TIMEOUT);
    }
    if (info.equals(OMITTED) || info.contains(NOT_ALLOWED)) {
      return new Outcome.Failed(Outcome.Reason.OMITTED, OMITTED);
    }
    if (info.equals(FAILED) && stderr.isEmpty() && !ran) {
      return new Outcome.Failed(
          Outcome.Reason.REFUSED,
          "the node's client is the original's, which has no verb " + message.command());
    }
    return new Outcome.Failed(Outcome.Reason.ERROR, info);
  }

  /** An output as it is stored; empty if there is none. */
  static String text(byte[] output) {
    return captured(output).text();
  }

  private static Captured captured(byte[] output) {
    Captured captured = new Captured();
    if (output != null) {
      captured.add(output, 0, output.length);
    }
    return captured;
  }
}
