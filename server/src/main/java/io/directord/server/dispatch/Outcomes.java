package io.directord.server.dispatch;

import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunTimes;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import java.time.Duration;
import java.time.Instant;

/** Converts results of nodes to records of the API. */
final class Outcomes {
  private Outcomes() {}

  static NodeOutcome of(String node, NodeResult result, Duration roundtrip) {
    Outcome outcome = result.outcome();
    return new NodeOutcome(
        node,
        state(outcome),
        outcome instanceof Outcome.Failed failed ? failed.reason() : null,
        outcome.info(),
        result.output(),
        new RunTimes(result.executionTime(), roundtrip, result.startedAt(), endedAt(result)),
        result.details());
  }

  /** Not sooner after the start than the job ran: the node's clock may have been set back. */
  private static Instant endedAt(NodeResult result) {
    Instant start = result.startedAt();
    Instant earliest = start == null ? result.endedAt() : start.plus(result.executionTime());
    return result.endedAt().isBefore(earliest) ? earliest : result.endedAt();
  }

  /**
   * A node that drops a job does not know why the server had given it up.
   *
   * @param lostAs the reason by which the server had ended it; null if it had not
   */
  static NodeOutcome explained(NodeOutcome outcome, Outcome.Reason lostAs) {
    return outcome.reason() == Outcome.Reason.NOT_STARTED && lostAs != null
        ? outcome.withInfo(dropped(lostAs))
        : outcome;
  }

  private static String dropped(Outcome.Reason lostAs) {
    return "it did not begin on the node, and does not run there: the server had given it up, since "
        + (lostAs == Outcome.Reason.INTERRUPTED
            ? "the node's journal was lost or damaged, or is an older copy"
            : "the node had expired or was forgotten");
  }

  private static NodeOutcome.State state(Outcome outcome) {
    if (outcome instanceof Outcome.Failed) {
      return NodeOutcome.State.FAILED;
    }
    return outcome instanceof Outcome.Skipped
        ? NodeOutcome.State.SKIPPED
        : NodeOutcome.State.SUCCEEDED;
  }

  /** The summary of an ended job after a late result has replaced a failure. */
  static JobSummary replaced(JobSummary before, NodeOutcome failure, NodeOutcome late) {
    JobTimes times = before.times();
    return new JobSummary(
        before.id(),
        before.parent(),
        before.title(),
        before.origin(),
        before.processing(),
        before.counts().withoutFailure(failure.reason(), failure.details()).plus(late),
        new JobTimes(
            longer(times.executionTime(), late.executionTime()),
            longer(times.roundtripTime(), late.roundtripTime()),
            times.endedAt()));
  }

  static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
