package io.directord.common.api;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a job took.
 *
 * @param executionTime the longest on a node
 * @param roundtripTime the longest from sending to a node to its answer
 * @param endedAt when the last target ended; null while processing
 */
public record JobTimes(Duration executionTime, Duration roundtripTime, Instant endedAt) {}
