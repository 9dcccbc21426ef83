package io.directord.common.api;

import java.time.Duration;
import java.time.Instant;

/**
 * When and for how long a job ran on a node.
 *
 * @param executionTime measured on the node; zero if nothing ran
 * @param roundtripTime from sending it to the node to receiving its answer
 * @param startedAt by the node's clock; null if nothing ran
 * @param endedAt by the node's clock; null if it has not ended
 */
public record RunTimes(
    Duration executionTime, Duration roundtripTime, Instant startedAt, Instant endedAt) {
  /** Of a job that did not run. */
  public static final RunTimes NONE = new RunTimes(Duration.ZERO, Duration.ZERO, null, null);
}
