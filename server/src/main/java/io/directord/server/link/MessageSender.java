package io.directord.server.link;

import java.util.List;

/** Where messages to nodes go. */
@FunctionalInterface
public interface MessageSender {

  /**
   * Sends these, in order; what is for a node that is gone is dropped. Called by one thread, and
   * never blocks.
   */
  void send(List<Outgoing> messages);
}
