package io.directord.server.link;

/**
 * One connection of a node, from its first message until it is gone. Compared by identity: a node
 * that reconnects has another address. Made by a {@link Transport}, which alone knows what is
 * behind it. Thread-safe.
 */
public interface NodeAddress {

  /** Where messages to it go. */
  MessageSender sender();

  /** What the node has proved of itself. */
  Credential credential();

  /** IP address, for people. */
  String host();

  /** Ends the connection; the log says why, and nothing more is sent. */
  void end(String why);

  /** Likewise, with the next that the node says; what is sent until then may arrive. */
  void endSoon(String why);
}
