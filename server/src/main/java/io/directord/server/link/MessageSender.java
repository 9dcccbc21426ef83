package io.directord.server.link;

import java.util.List;

/** Sends messages to nodes. */
@FunctionalInterface
public interface MessageSender {

  /**
   * Sends these, in order; messages for a lost connection are dropped. Called by one thread, and
   * never blocks.
   */
  void send(List<AddressedMessage> messages);
}
