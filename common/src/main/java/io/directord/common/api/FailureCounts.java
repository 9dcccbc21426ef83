package io.directord.common.api;

/**
 * How many of a job's targets failed.
 *
 * @param failed for whatever reason; lost and omitted ones included
 * @param lost those that were not heard of for too long
 * @param omitted those on which it never began: an earlier job of the same parent had failed, or a
 *     QUEUESENTINEL dropped it
 */
public record FailureCounts(int failed, int lost, int omitted) {}
