package io.directord.common.api;

/**
 * The nodes on which jobs took the least and the most time. Those that ran nothing are never among
 * them; each is null if no node ran anything.
 */
public record Extremes(
    String fastestNodeExecution,
    String fastestNodeRoundtrip,
    String slowestNodeExecution,
    String slowestNodeRoundtrip) {}
