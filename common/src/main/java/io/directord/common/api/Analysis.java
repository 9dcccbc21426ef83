package io.directord.common.api;

import java.time.Duration;
import java.util.UUID;

/**
 * How long jobs took and where, in the original's words. Nodes that ran nothing are never the
 * fastest or slowest ones; these are null if no node did.
 *
 * @param id of the job or parent; null for all jobs
 * @param actualRuntime from the first submission to the last end so far, by the server's clock
 * @param combinedExecutionTime of all jobs on all nodes
 * @param totalAvgExecutionTime the combined time by the number of jobs
 * @param totalFailures of jobs on nodes
 * @param totalNodeCount of all targets, those that do not exist included
 * @param totalSuccesses of jobs on nodes, skipped ones included
 */
public record Analysis(
    UUID id,
    Duration actualRuntime,
    Duration combinedExecutionTime,
    String fastestNodeExecution,
    String fastestNodeRoundtrip,
    String slowestNodeExecution,
    String slowestNodeRoundtrip,
    Duration totalAvgExecutionTime,
    int totalFailures,
    int totalJobs,
    int totalNodeCount,
    int totalSuccesses) {}
