package io.directord.common.api;

import java.time.Instant;

/**
 * Where a job comes from.
 *
 * @param submittedBy the user, as the socket's peer credentials name it; null for jobs that an
 *     older server has kept
 * @param leftOut number of expired nodes that a job for every node left out
 */
public record JobOrigin(String submittedBy, Instant submittedAt, int leftOut) {}
