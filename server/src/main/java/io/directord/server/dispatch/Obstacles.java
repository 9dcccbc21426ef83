package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.target.Target;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.server.node.Node;
import io.directord.server.node.TargetResolver;
import io.directord.verbs.builtin.AwaitedNodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks what would prevent jobs from running, before they are submitted. */
final class Obstacles {
  private final TargetResolver resolver;
  private final List<ValidationError> obstacles = new ArrayList<>();
  private final Set<Target> seen = new HashSet<>();
  private final Set<String> told = new HashSet<>();

  Obstacles(TargetResolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Each target and node is reported once, for the first job that names it. Must be called once.
   *
   * @param noRoom why no job is taken because of the disk; or null
   */
  List<ValidationError> to(List<Job> jobs, String noRoom) {
    if (noRoom != null) {
      obstacles.add(new ValidationError(noRoom));
    }
    for (int i = 0; i < jobs.size(); i++) {
      Job job = jobs.get(i);
      for (Target target : Target.of(job.targets())) {
        to(target, SubmissionErrors.place(i, target), "");
      }
      for (Target awaited : AwaitedNodes.of(job)) {
        to(awaited, new Place.InJob(i, AwaitedNodes.KEY), job.verb() + ": ");
      }
    }
    obstacles.addAll(new MissingVerbs(resolver).of(jobs));
    return obstacles;
  }

  private void to(Target target, Place place, String prefix) {
    if (!seen.add(target)) {
      return;
    }
    resolver.error(target).ifPresent(text -> obstacles.add(place.error(prefix + text)));
    for (Node node : resolver.resolve(List.of(target)).nodes()) {
      Optional<String> against = toNode(node);
      if (against.isPresent() && told.add(node.identity())) {
        obstacles.add(place.error(prefix + against.get()));
      }
    }
  }

  private static Optional<String> toNode(Node node) {
    if (node.refusal() != null) {
      return Optional.of("node " + node.identity() + " cannot join: " + node.refusal());
    }
    return node.isExpired() ? Optional.of(Reasons.expired(node)) : Optional.empty();
  }
}
