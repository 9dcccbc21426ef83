package io.directord.cli.command;

import io.directord.common.api.NodeView;
import io.directord.common.target.FoldedNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What came of removing labels at the server.
 *
 * @param unlabelled nodes from which any was removed
 * @param absent nodes that had no such label, by its name
 * @param kept nodes that have the label of themselves, by its name and value
 */
record Removals(
    List<String> unlabelled, Map<String, List<String>> absent, Map<String, List<String>> kept) {

  /**
   * @param labels those with the value null were removed
   * @param nodes from these
   */
  static Removals of(
      Map<String, String> labels, List<String> nodes, List<NodeView> before, List<NodeView> after) {
    Map<String, NodeView> earlier =
        before.stream().collect(Collectors.toMap(NodeView::identity, node -> node));
    Set<String> unlabelled = new TreeSet<>();
    Map<String, List<String>> absent = new TreeMap<>();
    Map<String, List<String>> kept = new TreeMap<>();
    for (NodeView node : after) {
      if (!nodes.contains(node.identity()) || !earlier.containsKey(node.identity())) {
        continue;
      }
      var had = earlier.get(node.identity()).traits().labels();
      var has = node.traits().labels();
      for (Map.Entry<String, String> label : labels.entrySet()) {
        String name = label.getKey();
        if (label.getValue() != null) {
          continue;
        }
        if (!had.containsKey(name)) {
          absent.computeIfAbsent(name, none -> new ArrayList<>()).add(node.identity());
        } else if (!had.get(name).equals(has.get(name))) {
          unlabelled.add(node.identity());
        }
        if (has.containsKey(name)) {
          kept.computeIfAbsent(name + "=" + has.get(name).value(), none -> new ArrayList<>())
              .add(node.identity());
        }
      }
    }
    return new Removals(List.copyOf(unlabelled), absent, kept);
  }

  /** Lines for people about what was not removed. */
  List<String> told() {
    List<String> lines = new ArrayList<>();
    absent.forEach(
        (name, nodes) ->
            lines.add("no label " + name + " to remove, of " + FoldedNames.text(nodes)));
    kept.forEach(
        (label, nodes) ->
            lines.add(
                "kept, since the node's own configuration has it: "
                    + label
                    + " of "
                    + FoldedNames.text(nodes)));
    return lines;
  }
}
