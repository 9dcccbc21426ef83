package io.directord.common.api;

/**
 * How many jobs there were, and how they ended.
 *
 * @param totalFailures of jobs on nodes
 * @param totalNodeCount of all targets, those that do not exist included
 * @param totalSuccesses of jobs on nodes, skipped ones included
 */
public record Totals(int totalFailures, int totalJobs, int totalNodeCount, int totalSuccesses) {}
