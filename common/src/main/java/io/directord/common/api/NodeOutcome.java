package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
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

  /**
   * Whether later jobs of its parent do not run there either, whether or not the node knows of it:
   * it was given up before it began there, or the node has lost its journal, or takes for a success
   * what is none.
   */
  @JsonIgnore
  public boolean omitsLater() {
    boolean isGivenUp =
        startedAt() == null
            && (reason == Outcome.Reason.CANCELLED
                || reason == Outcome.Reason.NOT_STARTED
                || reason == Outcome.Reason.LOST
                || reason == Outcome.Reason.INTERRUPTED);
    return isGivenUp || details.brought() != null && details.brought().refuted();
  }

  /** This, with another message. */
  public NodeOutcome withInfo(String other) {
    return new NodeOutcome(node, state, reason, other, output, times, details);
  }

  /** This, with other output. */
  public NodeOutcome withOutput(CapturedOutput now) {
    return new NodeOutcome(node, state, reason, info, now, times, details);
  }

  /** Not begun, for that reason. */
  public NodeOutcome waitingFor(NotBegun why) {
    return new NodeOutcome(node, state, reason, info, output, times.notBegun(why), details);
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

  /** Why it has not begun there; null if it has, or if that is not known. */
  public NotBegun notBegun() {
    return times.notBegun();
  }

  public Instant endedAt() {
    return times.endedAt();
  }

  /** Why a job has not begun on a node that could be given it, or is waited for. */
  public enum NotBegun {
    /** Other nodes have their turn first, or an earlier parent has not ended on the node. */
    TURN,
    /** Its parent is paused, or an earlier one that it must not overtake. */
    PAUSED,
    /** The node is away, and waited for. */
    HELD
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
