package io.directord.common.api;

import java.util.UUID;

/**
 * Why jobs, as the server is now, would not run everywhere.
 *
 * @param jobId the first job that it concerns; null if it concerns all
 */
public record Objection(UUID jobId, String message) {}
