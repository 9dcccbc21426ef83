package io.directord.server.link;

import io.directord.common.security.CurveKeyPair;
import java.util.List;
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

  /**
   * The server's join keys, if the peer knows the server by one of these, and so has not shown that
   * it knows the shared key; empty for any other.
   */
  default List<CurveKeyPair> joinKeys() {
    return List.of();
  }

  /** Whether it needs a join token to enrol. */
  default boolean needsToken() {
    return !joinKeys().isEmpty();
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
