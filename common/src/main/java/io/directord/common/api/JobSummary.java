package io.directord.common.api;

import io.directord.common.job.Parent;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * One job and how far it has come, without output.
 *
 * @param processing whether some target has not answered yet
 * @param targets number of targets
 * @param succeeded number of targets that succeeded, skipped ones included
 * @param failed number of targets that failed
 * @param executionTime the longest on a node
 * @param roundtripTime the longest from sending to a node to its answer
 * @param endedAt when the last target answered; null while processing
 */
public record JobSummary(
    UUID id,
    String fingerprint,
    Parent parent,
    String verb,
    String name,
    boolean processing,
    int targets,
    int succeeded,
    int failed,
    Duration executionTime,
    Duration roundtripTime,
    Instant submittedAt,
    Instant endedAt) {}
