package io.directord.common.api;

import java.time.Instant;

/**
 * A client that was refused when it tried to join.
 *
 * @param identity as claimed; null if the connection was closed before
 * @param address of the client
 * @param reason why, and what to do about it
 * @param count number of attempts
 * @param lastAt time of the last attempt
 */
public record RefusedNode(
    String identity, String address, String reason, long count, Instant lastAt) {}
