package io.directord.server.dispatch;

import io.directord.common.api.NodeView;
import io.directord.common.job.Job;
import io.directord.common.target.Target;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.server.node.Node;
import io.directord.server.node.TargetResolver;
import io.directord.server.node.TargetResolver.Selection;
import io.directord.verbs.builtin.AwaitedNodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks what would prevent jobs from running, before they are submitted. */
final class Obstacles {
  private final TargetResolver resolver;
  private final List<Target> limit;
  private final List<ValidationError> errors = new ArrayList<>();
  private final List<ValidationError> obstacles = new ArrayList<>();
  private final Set<Target> seen = new HashSet<>();
  private final Set<String> told = new HashSet<>();

  /**
   * @param limit targets to which those of the jobs are narrowed; empty for no limit
   */
  Obstacles(TargetResolver resolver, List<String> limit) {
    this.resolver = resolver;
    this.limit = limit.isEmpty() ? List.of() : Target.of(limit);
  }

  /**
   * Each target and node is reported once, for the first job that names it. Must be called once.
   *
   * @param noRoom why no job is taken because of the disk; or null
   */
  List<ValidationError> to(List<Job> jobs, String noRoom) {
    if (noRoom != null) {
      obstacles.add(new ValidationError(noRoom).withCode(ErrorCode.DISK_FULL));
    }
    for (int i = 0; i < limit.size(); i++) {
      errorOf(limit.get(i), -1, i);
    }
    for (int i = 0; i < jobs.size(); i++) {
      Job job = jobs.get(i);
      List<Target> targets = Target.of(job.targets());
      for (int t = 0; t < targets.size(); t++) {
        if (job.parent().options().deadline() == null) {
          to(targets.get(t), i, t);
        } else {
          toHeld(targets.get(t), i, t);
        }
      }
      for (Target awaited : AwaitedNodes.of(job)) {
        if (seen.add(awaited)) {
          Place place = new Place.InJob(i, AwaitedNodes.KEY);
          String prefix = job.verb() + ": ";
          resolver
              .error(awaited)
              .ifPresent(
                  error ->
                      add(
                          awaited,
                          place
                              .error(prefix + error.message())
                              .withCode(SubmissionErrors.code(awaited))));
          toNodes(resolver.resolve(List.of(awaited)), place, prefix);
        }
      }
    }
    obstacles.addAll(new MissingVerbs(resolver, limit).of(jobs));
    return obstacles;
  }

  /**
   * @param job -1 for a target of the limit
   */
  private void errorOf(Target target, int job, int index) {
    resolver
        .error(target)
        .ifPresent(error -> add(target, SubmissionErrors.error(job, index, target, error)));
  }

  private void add(Target target, ValidationError error) {
    (SubmissionErrors.mayStandForNone(target) ? obstacles : errors).add(error);
  }

  /** What is wrong with what was written: targets that name no node. */
  List<ValidationError> errors() {
    return errors;
  }

  private void to(Target target, int job, int index) {
    if (!seen.add(target)) {
      return;
    }
    errorOf(target, job, index);
    Selection selection = resolver.resolve(List.of(target));
    toNodes(
        limit.isEmpty() ? selection : resolver.limited(selection, limit),
        new Place.InJob(job, target instanceof Target.EveryNode ? "" : "targets"),
        "");
  }

  /** Of a job that is held for nodes that are away. */
  private void toHeld(Target target, int job, int index) {
    resolver
        .errorWithAway(target)
        .ifPresent(error -> add(target, SubmissionErrors.error(job, index, target, error)));
  }

  private void toNodes(Selection selection, Place place, String prefix) {
    for (Node node : selection.nodes()) {
      Optional<String> against = toNode(node);
      if (against.isPresent() && told.add(node.identity())) {
        obstacles.add(place.error(prefix + against.get()).withCode(ErrorCode.NODE_AWAY));
      }
    }
  }

  private static Optional<String> toNode(Node node) {
    if (node.refusal() != null) {
      return Optional.of("node " + node.identity() + " cannot join: " + node.refusal());
    }
    if (node.state() == NodeView.State.ACTIVE
        && node.trouble() != null
        && node.trouble().refusesJobs()) {
      return Optional.of("node " + node.identity() + ": " + Reasons.troubled(node));
    }
    return node.isExpired() ? Optional.of(Reasons.expired(node)) : Optional.empty();
  }
}
