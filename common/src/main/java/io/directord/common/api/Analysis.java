package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Duration;
import java.util.UUID;

/**
 * How long jobs took and where, in the original's words. Its JSON form is flat.
 *
 * @param id of the job or parent; null for all jobs
 * @param actualRuntime from the first submission to the last end so far, by the server's wall
 *     clock, which may have been set meanwhile; the longest round trip at least
 * @param combinedExecutionTime of all jobs on all nodes
 * @param totalAvgExecutionTime the combined time by the number of jobs
 */
public record Analysis(
    UUID id,
    Duration actualRuntime,
    Duration combinedExecutionTime,
    @JsonUnwrapped Extremes extremes,
    Duration totalAvgExecutionTime,
    @JsonUnwrapped Totals totals) {}
