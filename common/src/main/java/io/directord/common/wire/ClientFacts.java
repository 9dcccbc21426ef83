package io.directord.common.wire;

import java.time.Duration;

/**
 * What a client says of itself and its machine.
 *
 * @param version of the client's software
 * @param hostUptime of the machine
 * @param agentUptime of the client
 * @param machineId tells two machines of the same name apart
 * @param driver always {@code zeromq}
 */
public record ClientFacts(
    String version, Duration hostUptime, Duration agentUptime, String machineId, String driver) {}
