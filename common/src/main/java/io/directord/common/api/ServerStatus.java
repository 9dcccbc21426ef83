package io.directord.common.api;

import java.time.Duration;
import java.time.Instant;

/**
 * The server itself.
 *
 * @param version of its software
 * @param uptime since it was started
 * @param nodes how many are enrolled
 * @param activeNodes how many of them jobs can reach
 */
public record ServerStatus(
    String version, Instant startedAt, Duration uptime, int nodes, int activeNodes) {}
