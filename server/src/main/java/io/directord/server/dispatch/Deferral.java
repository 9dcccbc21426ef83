package io.directord.server.dispatch;

import io.directord.common.wire.ServerMessage;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import java.util.HashSet;
import java.util.Set;

/**
 * Results for which there is no room while the store fails: they stay with their nodes, which are
 * asked for them again when it works.
 */
final class Deferral {
  private final NodeRegistry nodes;
  private final ServerMessage.Welcome welcome;
  private final Set<String> deferred = new HashSet<>();

  Deferral(NodeRegistry nodes, ServerMessage.Welcome welcome) {
    this.nodes = nodes;
    this.welcome = welcome;
  }

  /** A result of this node is left with it. */
  void defer(Node node) {
    deferred.add(node.identity());
  }

  /** Asks for what was left with nodes. */
  void resume(Turn turn) {
    // A node that is welcomed gives all results again that nobody has confirmed.
    deferred.forEach(name -> turn.say(nodes.find(name), welcome));
    deferred.clear();
  }
}
