package io.directord.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;

/**
 * What a client says of itself and its machine.
 *
 * @param version of the client's software
 * @param hostUptime of the machine
 * @param agentUptime of the client
 * @param machineId tells two machines of the same name apart
 * @param driver always {@code zeromq}
 * @param trouble why it cannot do all that it should; null if it can, or if it does not say
 */
public record ClientFacts(
    String version,
    Duration hostUptime,
    Duration agentUptime,
    String machineId,
    String driver,
    @JsonInclude(JsonInclude.Include.NON_NULL) NodeTrouble trouble) {

  /** Of a client that can do all that it should. */
  public ClientFacts(
      String version, Duration hostUptime, Duration agentUptime, String machineId, String driver) {
    this(version, hostUptime, agentUptime, machineId, driver, null);
  }
}
