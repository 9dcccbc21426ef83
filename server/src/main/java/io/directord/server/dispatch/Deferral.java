package io.directord.server.dispatch;

import io.directord.common.wire.ServerMessage;
import io.directord.server.memory.ResultMemory;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.StoreWriter;
import java.util.HashSet;
import java.util.Set;

/**
 * Results that come while the store fails and too much waits for it already: they stay with their
 * nodes, which are asked for them again when there is room.
 */
final class Deferral {
  private final StoreWriter<?> writer;
  private final ResultMemory memory;
  private final NodeRegistry nodes;
  private final Outbox outbox;
  private final ServerMessage.Welcome welcome;
  private final Set<String> deferred = new HashSet<>();

  Deferral(
      StoreWriter<?> writer,
      ResultMemory memory,
      NodeRegistry nodes,
      Outbox outbox,
      ServerMessage.Welcome welcome) {
    this.writer = writer;
    this.memory = memory;
    this.nodes = nodes;
    this.outbox = outbox;
    this.welcome = welcome;
  }

  /** Whether results are to be left with their nodes now. */
  boolean isDue() {
    return writer.trouble() != null && memory.isTight();
  }

  /** A result of this node is left with it. */
  void defer(Node node) {
    deferred.add(node.identity());
  }

  /** Asks for what was left with nodes, if there is room now. */
  void resume() {
    if (deferred.isEmpty() || writer.trouble() != null) {
      return;
    }
    for (String name : deferred) {
      Node node = nodes.find(name);
      if (node != null && node.peer() != null) {
        // A node that is welcomed gives all results again that nobody has confirmed.
        outbox.say(node.peer(), welcome);
      }
    }
    deferred.clear();
  }
}
