package io.directord.common.api;

/**
 * How many of a job's targets failed.
 *
 * @param failed for whatever reason; lost and omitted ones included
 * @param lost those of which it is not known how they ended: the node was not heard of for too
 *     long, or the result was lost before the job's end was kept
 * @param omitted those on which it never began: an earlier job of the same parent had failed, or a
 *     QUEUESENTINEL dropped it
 */
public record FailureCounts(int failed, int lost, int omitted) {}
