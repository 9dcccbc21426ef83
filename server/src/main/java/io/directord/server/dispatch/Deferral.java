package io.directord.server.dispatch;

import io.directord.common.wire.ServerMessage;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import java.util.HashSet;
import java.util.Set;

/**
 * Results for which there is no memory while the store fails: they stay in the journals of the
 * nodes, which are asked for them when it works again.
 */
final class Deferral {
  private final NodeRegistry nodes;
  private final ServerMessage.Welcome welcome;
  private final Set<String> deferred = new HashSet<>();

  Deferral(NodeRegistry nodes, ServerMessage.Welcome welcome) {
    this.nodes = nodes;
    this.welcome = welcome;
  }

  /** Notes that a result of this node was not accepted. */
  void defer(Node node) {
    deferred.add(node.identity());
  }

  /** Requests these results. */
  void resume(Turn turn) {
    // A welcomed node sends all unconfirmed results again.
    deferred.forEach(name -> turn.say(nodes.find(name), welcome));
    deferred.clear();
  }
}
