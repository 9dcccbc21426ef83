package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * Where a job comes from.
 *
 * @param submittedBy the user, as the socket's peer credentials name it; null for jobs that an
 *     older server has kept
 * @param leftOut number of expired nodes that a job for every node left out
 * @param dryRun whether its nodes only say what it would do
 */
public record JobOrigin(
    String submittedBy,
    Instant submittedAt,
    int leftOut,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean dryRun) {}
