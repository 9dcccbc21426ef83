package io.directord.common.wire;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/**
 * Says who a node is and that it lives: first on every connection, then at every interval, and
 * whenever the server asks.
 *
 * @param identity the node's name
 * @param protocol {@link #PROTOCOL} of the client
 * @param session made anew at every start of the client
 * @param capabilities what this client can do that another one may not: {@link #DEFINITIONS} and
 *     {@link #verb}; empty if it says nothing of it
 * @param journal names what the node remembers of its jobs: another one has forgotten some of them.
 *     Null if it says nothing of it
 */
public record Heartbeat(
    String identity,
    @JsonUnwrapped ClientFacts client,
    int protocol,
    UUID session,
    Set<String> capabilities,
    UUID journal)
    implements NodeMessage {

  /** Of the client's software. */
  public String version() {
    return client.version();
  }

  /** Of the client. */
  public Duration agentUptime() {
    return client.agentUptime();
  }

  /** Tells two machines of the same name apart. */
  public String machineId() {
    return client.machineId();
  }

  /** Version of what is written in this package; a server refuses nodes of another one. */
  public static final int PROTOCOL = 2;

  /** The capability to run user-defined verbs, whose jobs bring what they need. */
  public static final String DEFINITIONS = "definitions";

  /** A node that is not heard of for so many intervals is given up. */
  public static final int EXPIRY_INTERVALS = 3;

  private static final String VERB = "verb:";

  /**
   * The capability to run a verb that needs no definition.
   *
   * @param name in upper case
   */
  public static String verb(String name) {
    return VERB + name;
  }
}
