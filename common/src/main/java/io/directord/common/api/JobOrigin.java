package io.directord.common.api;

import java.time.Instant;

/**
 * Where a job comes from.
 *
 * @param submittedBy the user, as the socket's peer credentials name it; null for jobs that an
 *     older server has kept
 * @param leftOut how many nodes that had expired a job for every node left out
 */
public record JobOrigin(String submittedBy, Instant submittedAt, int leftOut) {}
