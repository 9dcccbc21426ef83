package io.directord.server.dispatch;

import io.directord.common.api.NodeOrder;
import io.directord.common.api.NodeView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A part of a list of nodes, so that thousands need not be shown to somebody who sees twenty.
 *
 * @param state the only one; null for all
 * @param offset how many nodes come before it
 * @param limit how many it has at most
 */
public record NodePage(NodeOrder order, NodeView.State state, int offset, int limit) {

  /** All nodes, sorted by name. */
  public static final NodePage ALL = new NodePage(NodeOrder.NAME, null, 0, Integer.MAX_VALUE);

  /**
   * The nodes of a page.
   *
   * @param more how many come behind it
   * @param states how many of all there are in each state, whichever is asked for
   */
  public record Shown(List<NodeView> nodes, int more, Map<NodeView.State, Integer> states) {}

  /**
   * Some nodes that follow each other by name.
   *
   * @param states how many of all there are in each state
   */
  record Part(List<NodeView> nodes, Map<NodeView.State, Integer> states) {}

  /** How many there are in each state. */
  static <N> Map<NodeView.State, Integer> count(
      Collection<N> nodes, Function<N, NodeView.State> state) {
    int[] counts = new int[NodeView.State.values().length];
    for (N node : nodes) {
      counts[state.apply(node).ordinal()]++;
    }
    Map<NodeView.State, Integer> states = new EnumMap<>(NodeView.State.class);
    for (NodeView.State one : NodeView.State.values()) {
      states.put(one, counts[one.ordinal()]);
    }
    return states;
  }

  /** How many nodes a part of which is shown has, of these. */
  int all(Map<NodeView.State, Integer> states) {
    return state == null
        ? states.values().stream().mapToInt(Integer::intValue).sum()
        : states.get(state);
  }

  /**
   * Those of the nodes that are on this page.
   *
   * @param nodes sorted by name
   */
  Shown of(List<NodeView> nodes) {
    List<NodeView> sorted = new ArrayList<>(nodes);
    sorted.removeIf(node -> state != null && node.state() != state);
    switch (order) {
      case NAME -> {}
      case JOBS -> sorted.sort(Comparator.comparingInt(NodeView::outstanding).reversed());
      case STATE -> sorted.sort(Comparator.comparing(NodeView::state).reversed());
      case SEEN ->
          sorted.sort(
              Comparator.comparing(
                  NodeView::lastSeen, Comparator.nullsFirst(Comparator.naturalOrder())));
    }
    int from = Math.min(offset, sorted.size());
    int to = from + Math.min(limit, sorted.size() - from);
    return new Shown(
        List.copyOf(sorted.subList(from, to)), sorted.size() - to, count(nodes, NodeView::state));
  }
}
