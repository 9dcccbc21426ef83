package io.directord.server.dispatch;

import io.directord.common.api.NodeOrder;
import io.directord.common.api.NodeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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
   * Some nodes that follow each other by name.
   *
   * @param all how many nodes there are
   */
  record Part(List<NodeView> nodes, int all) {}

  /**
   * Those of the nodes that are on this page.
   *
   * @param nodes sorted by name
   */
  Shown of(List<NodeView> nodes) {
    List<NodeView> sorted = new ArrayList<>(nodes);
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
    return new Shown(List.copyOf(sorted.subList(from, to)), sorted.size() - to);
  }
}
