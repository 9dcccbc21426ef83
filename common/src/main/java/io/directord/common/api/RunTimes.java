package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;

/**
 * When and for how long a job ran on a node.
 *
 * @param executionTime measured on the node; zero if nothing ran
 * @param roundtripTime from sending it to the node to receiving its answer
 * @param startedAt by the node's clock; null if nothing ran
 * @param endedAt by the node's clock; null if it has not ended
 * @param notBegun why it has not begun there, if the node could be given it or is waited for; null
 *     if that is not the case
 */
public record RunTimes(
    Duration executionTime,
    Duration roundtripTime,
    Instant startedAt,
    Instant endedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) NodeOutcome.NotBegun notBegun) {
  /** Of a job that has begun, or never does. */
  public RunTimes(
      Duration executionTime, Duration roundtripTime, Instant startedAt, Instant endedAt) {
    this(executionTime, roundtripTime, startedAt, endedAt, null);
  }

  /** Not begun, for that reason. */
  RunTimes notBegun(NodeOutcome.NotBegun why) {
    return new RunTimes(executionTime, roundtripTime, startedAt, endedAt, why);
  }

  /** Of a job that did not run. */
  public static final RunTimes NONE = new RunTimes(Duration.ZERO, Duration.ZERO, null, null);
}
