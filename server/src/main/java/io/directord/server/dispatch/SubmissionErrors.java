package io.directord.server.dispatch;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.target.Target;
import io.directord.common.validation.Place.InJob;
import io.directord.common.validation.ValidationError;
import io.directord.server.node.TargetResolver;
import io.directord.verbs.builtin.AwaitedNodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects the validation errors of a submission; each content and each target is reported once.
 */
final class SubmissionErrors {
  /** Maximum number of errors; more are only counted. */
  private static final int MAX = 10;

  private final TargetResolver resolver;
  private final Set<Target> seen = new HashSet<>();
  private final Set<String> contents = new HashSet<>();
  private final List<ValidationError> found = new ArrayList<>();

  SubmissionErrors(TargetResolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Checks a job.
   *
   * @param place in the submission
   */
  void look(int place, PreparedJob prepared) {
    Job job = prepared.job();
    for (Target target : Target.of(job.targets())) {
      look(target, place(place, target), "");
    }
    for (Target awaited : AwaitedNodes.of(job)) {
      look(awaited, new InJob(place, AwaitedNodes.KEY), job.verb() + ": ");
    }
    for (var missing : prepared.missing().entrySet()) {
      if (contents.add(missing.getKey())) {
        found.add(
            new InJob(place, SourceFile.KEY)
                .error("job " + job.title() + ": " + missing.getValue()));
      }
    }
  }

  private void look(Target target, InJob place, String prefix) {
    if (seen.add(target)) {
      resolver.error(target).ifPresent(text -> found.add(place.error(prefix + text)));
    }
  }

  /** Where a target of a job stands; every node stands nowhere. */
  static InJob place(int job, Target target) {
    return new InJob(job, target instanceof Target.EveryNode ? "" : "targets");
  }

  /**
   * @throws RefusedException if there are any
   */
  void refuse() {
    if (found.isEmpty()) {
      return;
    }
    List<ValidationError> told = new ArrayList<>(found.subList(0, Math.min(MAX, found.size())));
    if (found.size() > MAX) {
      told.add(new InJob(found.get(MAX).job(), "").error("and " + (found.size() - MAX) + " more"));
    }
    throw new RefusedException(told);
  }
}
