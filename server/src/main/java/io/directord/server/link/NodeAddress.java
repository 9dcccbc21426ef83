package io.directord.server.link;

import java.util.Set;

/**
 * One connection of a node, from its first message until it is lost. Compared by identity: a node
 * that reconnects has another address. Made by a {@link Transport}, which alone knows its
 * implementation. Thread-safe.
 */
public interface NodeAddress {

  /** Sends messages to it. */
  MessageSender sender();

  /** The credential that the node has proved. */
  Credential credential();

  /** The identities that may enrol with its credential; empty for any. */
  default Set<String> identities() {
    return Set.of();
  }

  /** IP address, for people. */
  String host();

  /** Where it comes from, as far as that is more than claimed: whose behaviour counts together. */
  default String origin() {
    return host();
  }

  /** Ends the connection at the node's next message; messages sent until then may arrive. */
  void endSoon(String why);
}
