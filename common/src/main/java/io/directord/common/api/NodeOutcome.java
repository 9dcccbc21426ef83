package io.directord.common.api;

import io.directord.common.job.Outcome;
import java.time.Duration;
import java.time.Instant;

/**
 * How one job stands on one node.
 *
 * @param reason why it failed; null unless the state is {@link State#FAILED}
 * @param roundtripTime from sending it to the node to receiving its answer
 * @param startedAt by the node's clock; null if nothing ran
 * @param endedAt by the node's clock; null if it has not ended
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
    Instant endedAt) {

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
