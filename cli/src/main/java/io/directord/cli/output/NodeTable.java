package io.directord.cli.output;

import io.directord.common.api.NodeView;
import io.directord.common.api.NodeView.State;
import io.directord.common.api.RefusedNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Nodes, one per line. People at a terminal see whether jobs reach them; scripts get the original's
 * columns first.
 */
public final class NodeTable {
  /** A column, and what a node has there. */
  private record Cells(Column column, Function<NodeView, Object> of) {}

  private static final Cells LABELS = new Cells(Column.cut("LABELS"), NodeTable::labels);

  /** Why the node's work does not go on. */
  private static final Cells NOTE = new Cells(Column.wrap("NOTE"), NodeView::remark);

  private static final List<Cells> PEOPLE =
      List.of(
          new Cells(Column.keep("ID"), NodeView::identity),
          new Cells(Column.keep("STATE"), NodeView::state),
          new Cells(Column.keep("LAST_SEEN"), node -> Times.shortMoment(node.lastSeen())),
          new Cells(Column.keep("JOBS"), NodeView::outstanding),
          LABELS,
          new Cells(Column.drop("VERSION"), NodeView::version),
          new Cells(
              Column.drop("AGENT_UPTIME"), node -> Times.shortUptime(node.client().agentUptime())),
          new Cells(
              Column.dropFirst("HOST_UPTIME"),
              node -> Times.shortUptime(node.client().hostUptime())),
          new Cells(Column.cut("MACHINE_ID"), node -> node.client().machineId()),
          new Cells(Column.dropFirst("DRIVER"), node -> node.client().driver()));

  private static final List<Cells> SCRIPTS =
      List.of(
          new Cells(Column.keep("ID"), NodeView::identity),
          new Cells(Column.keep("EXPIRY"), node -> Times.hundredths(node.expiry())),
          new Cells(Column.keep("VERSION"), NodeView::version),
          new Cells(Column.keep("HOST_UPTIME"), node -> Times.uptime(node.client().hostUptime())),
          new Cells(Column.keep("AGENT_UPTIME"), node -> Times.uptime(node.client().agentUptime())),
          new Cells(Column.keep("MACHINE_ID"), node -> node.client().machineId()),
          new Cells(Column.keep("DRIVER"), node -> node.client().driver()),
          new Cells(Column.keep("STATE"), NodeView::state),
          new Cells(Column.keep("LAST_SEEN"), node -> Times.moment(node.lastSeen())),
          LABELS,
          NOTE);

  /** Nodes named with what they have in common. */
  private static final int MAX_NAMES = 5;

  private NodeTable() {}

  /**
   * Lines for {@code manage --list-nodes}.
   *
   * @param width of the terminal; {@link Table#UNLIMITED} if there is none
   */
  public static List<String> of(List<NodeView> nodes, int width) {
    return width == Table.UNLIMITED ? forScripts(nodes) : forPeople(nodes, width);
  }

  /** Lines for {@code manage --list-refused}, the latest first. */
  public static List<String> refused(List<RefusedNode> refused, int width) {
    Table table =
        new Table(
            width,
            Column.keep("LAST"),
            Column.keep("TIMES"),
            Column.keep("ADDRESS"),
            Column.keep("NAME"),
            Column.wrap("REASON"));
    for (RefusedNode node : refused) {
      table.row(
          width == Table.UNLIMITED ? Times.moment(node.lastAt()) : Times.shortMoment(node.lastAt()),
          node.count(),
          node.address(),
          node.identity() == null ? "?" : node.identity(),
          node.reason());
    }
    return Tables.withTotals(table);
  }

  /** Labels and notes only where a node has any. */
  private static Table table(List<Cells> cells, List<NodeView> nodes, int width) {
    boolean labelled = false;
    boolean noted = false;
    for (NodeView node : nodes) {
      labelled |= !node.traits().labels().isEmpty();
      noted |= !node.remark().isEmpty();
    }
    List<Cells> shown = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (Cells one : cells) {
      if ((labelled || one != LABELS) && (noted || one != NOTE)) {
        shown.add(one);
        columns.add(one.column());
      }
    }
    Table table = new Table(width, columns.toArray(new Column[0]));
    for (NodeView node : nodes) {
      Object[] row = new Object[shown.size()];
      for (int c = 0; c < row.length; c++) {
        row[c] = shown.get(c).of().apply(node);
      }
      table.row(row);
    }
    return table;
  }

  private static List<String> forPeople(List<NodeView> nodes, int width) {
    Table table = table(PEOPLE, nodes, width);
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
    notes(nodes, lines);
    Tables.addNote(table, lines);
    return lines;
  }

  /** Below the table, since names in a narrow column could not be copied. */
  private static void notes(List<NodeView> nodes, List<String> lines) {
    Map<String, List<String>> byRemark = new LinkedHashMap<>();
    for (NodeView node : nodes) {
      if (!node.remark().isEmpty()) {
        byRemark.computeIfAbsent(node.remark(), none -> new ArrayList<>()).add(node.identity());
      }
    }
    byRemark.forEach(
        (remark, names) -> {
          int more = names.size() - MAX_NAMES;
          lines.add(
              String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())))
                  + (more > 0 ? " and " + more + " more: " : ": ")
                  + remark);
        });
  }

  private static String labels(NodeView node) {
    return node.traits().labels().entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue().value())
        .collect(Collectors.joining(" "));
  }

  private static long count(List<NodeView> nodes, State state) {
    return nodes.stream().filter(node -> node.state() == state).count();
  }

  private static List<String> forScripts(List<NodeView> nodes) {
    return Tables.withTotals(table(SCRIPTS, nodes, Table.UNLIMITED));
  }
}
