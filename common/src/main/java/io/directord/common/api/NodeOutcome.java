package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import java.time.Duration;
import java.time.Instant;

/**
 * How one job stands on one node. Its JSON form is flat.
 *
 * @param reason why it failed; null unless the state is {@link State#FAILED}
 * @param details what else is known of the run
 */
public record NodeOutcome(
    String node,
    State state,
    Outcome.Reason reason,
    String info,
    @JsonUnwrapped CapturedOutput output,
    @JsonUnwrapped RunTimes times,
    @JsonUnwrapped RunDetails details) {

  /** {@code details} may be null, as in results kept by an older server. */
  public NodeOutcome {
    details = details == null ? RunDetails.NONE : details;
  }

  /** Of a job that did not run there, or not yet. */
  public static NodeOutcome withoutRun(
      String node, State state, Outcome.Reason reason, String info) {
    return new NodeOutcome(
        node, state, reason, info, CapturedOutput.EMPTY, RunTimes.NONE, RunDetails.NONE);
  }

  public String stdout() {
    return output.stdout();
  }

  public String stderr() {
    return output.stderr();
  }

  public Duration executionTime() {
    return times.executionTime();
  }

  public Duration roundtripTime() {
    return times.roundtripTime();
  }

  public Instant startedAt() {
    return times.startedAt();
  }

  public Instant endedAt() {
    return times.endedAt();
  }

  /** The state of a job on a node. */
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
