package io.directord.server.dispatch;

/**
 * How many nodes there are.
 *
 * @param all that are enrolled
 * @param active those of them that jobs can reach
 */
public record NodeCount(int all, int active) {}
