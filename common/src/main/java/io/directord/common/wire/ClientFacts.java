package io.directord.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.security.JoinProof;
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
 * @param join shows that it has a join token; null if it has none
 */
public record ClientFacts(
    String version,
    Duration hostUptime,
    Duration agentUptime,
    String machineId,
    String driver,
    @JsonInclude(JsonInclude.Include.NON_NULL) NodeTrouble trouble,
    @JsonInclude(JsonInclude.Include.NON_NULL) JoinProof join) {

  /** Of a client without a join token. */
  public ClientFacts(
      String version,
      Duration hostUptime,
      Duration agentUptime,
      String machineId,
      String driver,
      NodeTrouble trouble) {
    this(version, hostUptime, agentUptime, machineId, driver, trouble, null);
  }

  /** Of a client that can do all that it should. */
  public ClientFacts(
      String version, Duration hostUptime, Duration agentUptime, String machineId, String driver) {
    this(version, hostUptime, agentUptime, machineId, driver, null);
  }
}
