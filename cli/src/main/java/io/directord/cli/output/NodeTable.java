package io.directord.cli.output;

import io.directord.common.api.NodeView;
import io.directord.common.api.NodeView.State;
import java.util.List;
import java.util.Locale;

/**
 * Nodes, one per line. People at a terminal see whether jobs reach them; scripts get the original's
 * columns first.
 */
public final class NodeTable {
  private NodeTable() {}

  /**
   * Lines for {@code manage --list-nodes}.
   *
   * @param width of the terminal; {@link Table#UNLIMITED} if there is none
   */
  public static List<String> of(List<NodeView> nodes, int width) {
    return width == Table.UNLIMITED ? forScripts(nodes) : forPeople(nodes, width);
  }

  private static List<String> forPeople(List<NodeView> nodes, int width) {
    Table table =
        new Table(
            width,
            Column.keep("ID"),
            Column.keep("STATE"),
            Column.keep("LAST_SEEN"),
            Column.keep("JOBS"),
            Column.drop("VERSION"),
            Column.drop("AGENT_UPTIME"),
            Column.dropFirst("HOST_UPTIME"),
            Column.cut("MACHINE_ID"),
            Column.dropFirst("DRIVER"));
    for (NodeView node : nodes) {
      table.row(
          node.identity(),
          node.state(),
          Times.shortMoment(node.lastSeen()),
          node.outstanding(),
          node.version(),
          Times.shortUptime(node.client().agentUptime()),
          Times.shortUptime(node.client().hostUptime()),
          node.client().machineId(),
          node.client().driver());
    }
    List<String> lines = table.lines();
    lines.add("");
    lines.add(
        nodes.size()
            + (nodes.size() == 1 ? " node: " : " nodes: ")
            + count(nodes, State.ACTIVE)
            + " active, "
            + count(nodes, State.AWAY)
            + " away, "
            + count(nodes, State.EXPIRED)
            + " expired");
    Tables.addNote(table, lines);
    return lines;
  }

  private static long count(List<NodeView> nodes, State state) {
    return nodes.stream().filter(node -> node.state() == state).count();
  }

  private static List<String> forScripts(List<NodeView> nodes) {
    Table table =
        new Table(
            Table.UNLIMITED,
            Column.keep("ID"),
            Column.keep("EXPIRY"),
            Column.keep("VERSION"),
            Column.keep("HOST_UPTIME"),
            Column.keep("AGENT_UPTIME"),
            Column.keep("MACHINE_ID"),
            Column.keep("DRIVER"),
            Column.keep("STATE"),
            Column.keep("LAST_SEEN"));
    for (NodeView node : nodes) {
      table.row(
          node.identity(),
          String.format(Locale.ROOT, "%.2f", node.expiry().toMillis() / 1e3),
          node.version(),
          Times.uptime(node.client().hostUptime()),
          Times.uptime(node.client().agentUptime()),
          node.client().machineId(),
          node.client().driver(),
          node.state(),
          Times.moment(node.lastSeen()));
    }
    return Tables.withTotals(table);
  }
}
