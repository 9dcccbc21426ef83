package io.directord.cli.command;

import io.directord.common.api.NodeView;
import io.directord.common.api.NodeView.State;
import io.directord.common.job.Job;
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
 * @param version the server's
 */
record NodeCheck(
    Set<String> targets,
    Set<String> away,
    Set<String> expired,
    Map<String, String> otherVersions,
    String version) {
  static final NodeCheck NONE = new NodeCheck(Set.of(), Set.of(), Set.of(), Map.of(), "");

  private static final int MAX_NAMES = 10;

  static NodeCheck of(List<Job> jobs, List<NodeView> nodes, String version) {
    boolean everyNode = jobs.stream().anyMatch(job -> job.targets().isEmpty());
    Set<String> targets = new TreeSet<>();
    for (Job job : jobs) {
      targets.addAll(job.targets());
    }
    Set<String> away = new TreeSet<>();
    Set<String> expired = new TreeSet<>();
    Map<String, String> otherVersions = new TreeMap<>();
    for (NodeView node : nodes) {
      boolean isExpired = node.state() == State.EXPIRED;
      boolean isTarget = targets.contains(node.identity()) || everyNode && !isExpired;
      if (isTarget && !isExpired) {
        targets.add(node.identity());
        if (node.state() == State.AWAY) {
          away.add(node.identity());
        }
        if (!node.version().equals(version)) {
          otherVersions.put(node.identity(), node.version());
        }
      } else if (everyNode && !isTarget) {
        expired.add(node.identity());
      }
    }
    return new NodeCheck(targets, away, expired, otherVersions, version);
  }

  /** Lines for people; empty if there is nothing to tell. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!away.isEmpty()) {
      notes.add("not connected now, so that their jobs would wait: " + names(away));
    }
    if (!expired.isEmpty()) {
      notes.add("expired, so that they would be left out: " + names(expired));
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
