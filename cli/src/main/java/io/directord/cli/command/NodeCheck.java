package io.directord.cli.command;

import io.directord.common.api.Bodies;
import io.directord.common.api.NodeView;
import io.directord.common.api.NodeView.State;
import io.directord.common.api.ResolvedTargets;
import io.directord.common.validation.Counted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The target nodes of jobs, and what an operator should know about them beforehand. None of this
 * makes a job fail.
 *
 * @param targets all target nodes, connected or not
 * @param away targets that are not connected
 * @param expired enrolled nodes that jobs for every node leave out
 * @param otherVersions versions of clients among the targets that differ from the server's
 * @param lists the nodes of each list of targets
 * @param omitted jobs of which the limit leaves no target
 * @param version the server's
 */
record NodeCheck(
    Set<String> targets,
    Set<String> away,
    Set<String> expired,
    Map<String, String> otherVersions,
    List<ResolvedTargets> lists,
    List<Bodies.Omitted> omitted,
    String version) {
  static final NodeCheck NONE =
      new NodeCheck(Set.of(), Set.of(), Set.of(), Map.of(), List.of(), List.of(), "");

  private static final int MAX_NAMES = 10;

  static NodeCheck of(Bodies.Checked checked, List<NodeView> nodes, String version) {
    Set<String> targets = new TreeSet<>();
    Set<String> away = new TreeSet<>();
    Set<String> expired = new TreeSet<>();
    for (ResolvedTargets list : checked.targets()) {
      targets.addAll(list.nodes());
      expired.addAll(list.leftOut());
    }
    expired.removeAll(targets);
    Map<String, String> otherVersions = new TreeMap<>();
    for (NodeView node : nodes) {
      if (targets.contains(node.identity()) && node.state() != State.EXPIRED) {
        if (node.state() == State.AWAY) {
          away.add(node.identity());
        }
        if (!node.version().equals(version)) {
          otherVersions.put(node.identity(), node.version());
        }
      }
    }
    return new NodeCheck(
        targets, away, expired, otherVersions, checked.targets(), checked.omitted(), version);
  }

  /** Lines for people; empty if there is nothing to tell. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (ResolvedTargets list : lists) {
      if (!list.written().equals(list.nodes())) {
        notes.add(
            (list.written().isEmpty() ? "every node" : String.join(", ", list.written()))
                + ": "
                + Counted.of(list.nodes().size(), "node")
                + (list.nodes().isEmpty() ? "" : ": " + names(list.nodes())));
      }
    }
    if (!omitted.isEmpty()) {
      notes.add(
          "left out, since the limit leaves no target: "
              + names(
                  omitted.stream().map(job -> "job " + job.number() + " " + job.title()).toList()));
    }
    if (!away.isEmpty()) {
      notes.add("not connected now, so that their jobs would wait: " + names(away));
    }
    if (!expired.isEmpty()) {
      notes.add("expired, so that they would be left out: " + names(expired));
    }
    Set<String> forgotten = ResolvedTargets.forgotten(lists);
    if (!forgotten.isEmpty()) {
      notes.add("forgotten, so that they would be left out: " + names(forgotten));
    }
    if (!otherVersions.isEmpty()) {
      List<String> named =
          otherVersions.entrySet().stream()
              .map(node -> node.getKey() + " (" + node.getValue() + ")")
              .toList();
      notes.add("of another version than the server (" + version + "): " + names(named));
    }
    return notes;
  }

  private static String names(Collection<String> all) {
    String named = all.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
    return all.size() <= MAX_NAMES
        ? named
        : named + " and " + (all.size() - MAX_NAMES) + " more, see `directord manage --list-nodes`";
  }
}
