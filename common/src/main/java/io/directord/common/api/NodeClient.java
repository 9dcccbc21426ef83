package io.directord.common.api;

import java.time.Duration;

/**
 * The client of a node and its machine, as the client says it.
 *
 * @param version of the client's software
 * @param hostUptime of the machine
 * @param agentUptime of the client
 * @param machineId tells two machines of the same name apart
 */
public record NodeClient(
    String version, Duration hostUptime, Duration agentUptime, String machineId, String driver) {}
