package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.verbs.builtin.AwaitedNodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is in the way of jobs before they are submitted. A submission is stricter with some of it,
 * and lets jobs fail on the targets that are missing.
 */
final class Objections {
  private final NodeRegistry nodes;

  Objections(NodeRegistry nodes) {
    this.nodes = nodes;
  }

  /**
   * Each target is objected to once, for the first job that names it.
   *
   * @param noRoom why no job is taken because of the disk; or null
   */
  List<ValidationError> to(List<Job> jobs, String noRoom) {
    List<ValidationError> objections = new ArrayList<>();
    if (noRoom != null) {
      objections.add(new ValidationError(noRoom));
    }
    if (jobs.stream().anyMatch(job -> job.targets().isEmpty())) {
      noNode(nodes).ifPresent(message -> objections.add(new ValidationError(message)));
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < jobs.size(); i++) {
      Place place = new Place.InJob(i, "targets");
      for (String target : targets(jobs.get(i))) {
        if (seen.add(target)) {
          toTarget(target).ifPresent(text -> objections.add(place.error(text)));
        }
      }
      Place awaiting = new Place.InJob(i, AwaitedNodes.KEY);
      String verb = jobs.get(i).verb();
      for (String awaited : AwaitedNodes.of(jobs.get(i))) {
        if (seen.add(awaited)) {
          toTarget(awaited).ifPresent(text -> objections.add(awaiting.error(verb + ": " + text)));
        }
      }
    }
    objections.addAll(new MissingVerbs(nodes).of(jobs));
    return objections;
  }

  /** Those that are named, or who cannot join of those that would get it. */
  private List<String> targets(Job job) {
    return job.targets().isEmpty()
        ? nodes.all().stream()
            .filter(node -> !node.isExpired() && node.refusal() != null)
            .map(Node::identity)
            .toList()
        : job.targets();
  }

  /** Why there is no node for a job that names none. */
  static Optional<String> noNode(NodeRegistry nodes) {
    if (nodes.all().stream().anyMatch(node -> !node.isExpired())) {
      return Optional.empty();
    }
    return Optional.of(
        nodes.all().isEmpty()
            ? "no node has enrolled yet: start `directord client` on one"
            : "all nodes have expired: see `directord manage --list-nodes`");
  }

  private Optional<String> toTarget(String name) {
    Node node = nodes.find(name);
    if (node == null) {
      return Optional.of(Reasons.unknownTarget(name, nodes.all()));
    }
    if (node.refusal() != null) {
      return Optional.of("node " + name + " cannot join: " + node.refusal());
    }
    return node.isExpired() ? Optional.of(Reasons.expired(node)) : Optional.empty();
  }
}
