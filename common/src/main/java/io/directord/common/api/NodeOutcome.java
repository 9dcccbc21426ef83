package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import java.time.Duration;
import java.time.Instant;

/**
 * How one job stands on one node.
 *
 * @param reason why it failed; null unless the state is {@link State#FAILED}
 * @param roundtripTime from sending it to the node to receiving its answer
 * @param startedAt by the node's clock; null if nothing ran
 * @param endedAt by the node's clock; null if it has not ended
 * @param details what else is known of the run
 */
public record NodeOutcome(
    String node,
    State state,
    Outcome.Reason reason,
    String info,
    String stdout,
    String stderr,
    Duration executionTime,
    Duration roundtripTime,
    Instant startedAt,
    Instant endedAt,
    @JsonUnwrapped RunDetails details) {

  /** {@code details} may be null, as they are where an older server has kept the result. */
  public NodeOutcome {
    details = details == null ? RunDetails.NONE : details;
  }

  /** Of which nothing more is known. */
  public NodeOutcome(
      String node,
      State state,
      Outcome.Reason reason,
      String info,
      String stdout,
      String stderr,
      Duration executionTime,
      Duration roundtripTime,
      Instant startedAt,
      Instant endedAt) {
    this(
        node,
        state,
        reason,
        info,
        stdout,
        stderr,
        executionTime,
        roundtripTime,
        startedAt,
        endedAt,
        RunDetails.NONE);
  }

  /** Where a job is on its way through a node. */
  public enum State {
    /** Not sent to the node yet. */
    WAITING,
    /** Sent. */
    SENT,
    /** Known to be running. */
    RUNNING,
    SUCCEEDED,
    SKIPPED,
    FAILED;

    public boolean ended() {
      return compareTo(SUCCEEDED) >= 0;
    }
  }
}
