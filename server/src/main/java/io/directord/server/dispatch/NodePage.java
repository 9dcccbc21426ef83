package io.directord.server.dispatch;

import io.directord.common.api.NodeOrder;
import io.directord.common.api.NodeView;
import io.directord.server.node.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * A part of a list of nodes, so that thousands need not be shown to somebody who sees twenty.
 *
 * @param offset how many nodes come before it
 * @param limit how many it has at most
 */
public record NodePage(NodeOrder order, int offset, int limit) {

  /** All nodes, sorted by name. */
  public static final NodePage ALL = new NodePage(NodeOrder.NAME, 0, Integer.MAX_VALUE);

  /**
   * The nodes of a page.
   *
   * @param more how many come behind it
   */
  public record Shown(List<NodeView> nodes, int more) {}

  /**
   * Those of the nodes that are on this page.
   *
   * @param nodes sorted by name
   * @param outstanding how many jobs a node has not answered
   */
  Shown of(Collection<Node> nodes, ToIntFunction<Node> outstanding, Function<Node, NodeView> view) {
    List<Node> sorted = new ArrayList<>(nodes);
    switch (order) {
      case NAME -> {}
      case JOBS -> sorted.sort(Comparator.comparingInt(outstanding).reversed());
      case STATE -> sorted.sort(Comparator.comparing(Node::state).reversed());
      case SEEN -> sorted.sort(Comparator.comparing(Node::heardAt));
    }
    int from = Math.min(offset, sorted.size());
    int to = from + Math.min(limit, sorted.size() - from);
    return new Shown(sorted.subList(from, to).stream().map(view).toList(), sorted.size() - to);
  }
}
