package io.directord.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.security.JoinProof;
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
 * @param capabilities what this client can do that another one may not: {@link #DEFINITIONS},
 *     {@link #PREVIEW}, {@link #SECRETS}, {@link #SURROUNDINGS}, {@link #WHY} and {@link #verb};
 *     empty if it says nothing of it
 * @param attributes labels and facts; null if it says nothing of them
 */
public record Heartbeat(
    String identity,
    @JsonUnwrapped ClientFacts client,
    int protocol,
    UUID session,
    Set<String> capabilities,
    @JsonUnwrapped JournalState journal,
    @JsonInclude(JsonInclude.Include.NON_NULL) NodeAttributes attributes)
    implements NodeMessage {

  /** Of a client that says nothing of labels and facts. */
  public Heartbeat(
      String identity,
      ClientFacts client,
      int protocol,
      UUID session,
      Set<String> capabilities,
      JournalState journal) {
    this(identity, client, protocol, session, capabilities, journal, null);
  }

  /** Of the client's software. */
  public String version() {
    return client.version();
  }

  /** See {@link ClientFacts#trouble}. */
  public NodeTrouble trouble() {
    return client.trouble();
  }

  /** See {@link ClientFacts#join}. */
  public JoinProof join() {
    return client.join();
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

  /** The capability to give a command of RUN another root, network, user or limits. */
  public static final String SURROUNDINGS = "surroundings";

  /** The capability to run a job only if others have changed something. */
  public static final String WHEN_CHANGED = "when-changed";

  /** The capability to say what a job would do, instead of running it. */
  public static final String PREVIEW = "preview";

  /** The capability to make a directory as a tree has it. */
  public static final String TREES = "trees";

  /** The capability to say how a job stands, see {@link ServerMessage.Explain}. */
  public static final String WHY = "why";

  /** The capability to keep secrets in memory, and to hide them in output. */
  public static final String SECRETS = "secrets";

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
