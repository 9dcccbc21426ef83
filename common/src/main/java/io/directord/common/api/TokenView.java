package io.directord.common.api;

import java.time.Instant;

/**
 * A token of the remote API.
 *
 * @param createdBy who did it
 * @param expired whether its time is over, so that it may not be used
 */
public record TokenView(
    String name,
    String role,
    Instant createdAt,
    String createdBy,
    Instant expiresAt,
    boolean expired) {}
