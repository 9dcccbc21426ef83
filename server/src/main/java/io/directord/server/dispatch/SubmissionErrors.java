package io.directord.server.dispatch;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.target.Target;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.Place.InJob;
import io.directord.common.validation.ValidationError;
import io.directord.server.node.TargetError;
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

  private static final String TARGETS = "targets";

  private final TargetResolver resolver;
  private final Set<Target> seen = new HashSet<>();
  private final Set<List<String>> lists = new HashSet<>();
  private final Set<List<String>> heldLists = new HashSet<>();
  private final Set<String> contents = new HashSet<>();
  private final List<ValidationError> found = new ArrayList<>();
  private boolean isWrong;

  SubmissionErrors(TargetResolver resolver) {
    this.resolver = resolver;
  }

  /** Checks the targets to which those of all jobs are narrowed. */
  void limit(List<String> limit) {
    for (int i = 0; i < limit.size(); i++) {
      look(Target.of(limit.get(i)), -1, i);
    }
  }

  /**
   * Checks a job.
   *
   * @param place in the submission
   */
  void look(int place, PreparedJob prepared) {
    Job job = prepared.job();
    if (job.parent().options().deadline() != null) {
      lookForHeld(job, place);
    } else if (lists.add(job.targets())) {
      List<Target> targets = Target.of(job.targets());
      for (int i = 0; i < targets.size(); i++) {
        look(targets.get(i), place, i);
      }
    }
    for (Target awaited : AwaitedNodes.of(job)) {
      if (seen.add(awaited)) {
        resolver
            .error(awaited)
            .ifPresent(
                error ->
                    add(
                        awaited,
                        new InJob(place, AwaitedNodes.KEY)
                            .error(job.verb() + ": " + error.message())
                            .withCode(code(awaited))));
      }
    }
    for (var missing : prepared.missing().entrySet()) {
      if (contents.add(missing.getKey())) {
        isWrong = true;
        found.add(
            new InJob(place, SourceFile.KEY)
                .error("job " + job.title() + ": " + missing.getValue())
                .withCode(ErrorCode.UNKNOWN_CONTENT));
      }
    }
  }

  /** Of a job that is held for nodes that are away. */
  private void lookForHeld(Job job, int place) {
    List<Target> targets = heldLists.add(job.targets()) ? Target.of(job.targets()) : List.of();
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      int index = i;
      resolver
          .errorWithAway(target)
          .ifPresent(error -> add(target, error(place, index, target, error)));
    }
  }

  private void look(Target target, int job, int index) {
    if (seen.add(target)) {
      resolver.error(target).ifPresent(error -> add(target, error(job, index, target, error)));
    }
  }

  private void add(Target target, ValidationError error) {
    isWrong |= !mayStandForNone(target);
    found.add(error);
  }

  /** Whether it is right as it is written, also if it stands for no node now. */
  static boolean mayStandForNone(Target target) {
    return target instanceof Target.Matching || target instanceof Target.EveryNode;
  }

  /** The cause of a target's error. */
  static ErrorCode code(Target target) {
    if (mayStandForNone(target)) {
      return ErrorCode.NO_NODE_MATCHES;
    }
    return target instanceof Target.OneNode ? ErrorCode.UNKNOWN_NODE : ErrorCode.INVALID_TARGET;
  }

  /** A target's error; for the parameters see {@link #place}. */
  static ValidationError error(int job, int index, Target target, TargetError error) {
    return place(job, index, target, error).error(error.message()).withCode(code(target));
  }

  /**
   * The place of a target's error; every node stands nowhere.
   *
   * @param job -1 for the limit of all jobs
   * @param index in the list of targets
   */
  private static Place place(int job, int index, Target target, TargetError error) {
    String key = job < 0 ? "limit" : target instanceof Target.EveryNode ? "" : TARGETS;
    if (error.column() > 0) {
      return new Place.InTarget(job, key, index, error.column());
    }
    return job < 0 ? new Place.Key(key) : new InJob(job, key);
  }

  /**
   * Lets pass what stands for no node now and may stand for some later.
   *
   * @throws RefusedException if there are others
   */
  void refuseWrong() {
    if (isWrong) {
      refuse();
    }
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
      ValidationError first = found.get(MAX);
      Place place = first.job() == null ? Place.NONE : new InJob(first.job(), "");
      told.add(place.error("and " + (found.size() - MAX) + " more").withCode(ErrorCode.of(found)));
    }
    throw new RefusedException(
        isWrong ? RefusedException.Kind.INVALID : RefusedException.Kind.CONFLICT, told);
  }
}
