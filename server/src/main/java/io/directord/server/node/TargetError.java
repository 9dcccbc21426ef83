package io.directord.server.node;

/**
 * Why a target stands for no node.
 *
 * @param column where in its expression; 0 if it is not an expression
 * @param message for who wrote it
 */
public record TargetError(int column, String message) {}
