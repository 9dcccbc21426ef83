package io.directord.server.dispatch;

import io.directord.common.api.NodeView;
import io.directord.common.job.Amount;
import io.directord.common.job.Job;
import io.directord.common.job.ParentOptions;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place.InJob;
import io.directord.common.validation.ValidationError;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Resolved;
import io.directord.verbs.builtin.JobWaitComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/** What stands against parents that do not begin on all of their nodes at once. */
final class PacedJobs {
  private static final String OPTIONS = "parent_rolling";
  private static final int MAX_NAMES = 20;

  private final NodeRegistry nodes;
  private final Predicate<Job> asksEveryNode;
  private final Map<UUID, PacedParent> parents = new LinkedHashMap<>();
  private final List<ValidationError> errors = new ArrayList<>();
  private final List<ValidationError> lacking = new ArrayList<>();

  /** Jobs of one parent, and where these stand in the request. */
  private static final class PacedParent {
    final ParentOptions options;
    final int first;
    final Map<Job, Integer> jobs = new LinkedHashMap<>();
    final Set<String> targets = new LinkedHashSet<>();

    PacedParent(ParentOptions options, int first) {
      this.options = options;
      this.first = first;
    }
  }

  /**
   * @param asksEveryNode whether a job goes to every node, whatever its targets are
   */
  PacedJobs(NodeRegistry nodes, Predicate<Job> asksEveryNode) {
    this.nodes = nodes;
    this.asksEveryNode = asksEveryNode;
  }

  /**
   * Adds a job.
   *
   * @param at its index in the request
   */
  void add(int at, Job job, Resolved resolved) {
    ParentOptions options = job.parent().options();
    PacedParent parent =
        parents.computeIfAbsent(job.parent().id(), id -> new PacedParent(options, at));
    if (!parent.options.equals(options)) {
      note(at, OPTIONS, "the jobs of a parent have the same rolling and deadline, unlike these");
    }
    parent.jobs.put(job, at);
    parent.targets.addAll(resolved.targets());
    parent.targets.addAll(resolved.leftOut());
  }

  /** Looks at all of them, once they were added. */
  void check() {
    for (PacedParent parent : parents.values()) {
      if (parent.options.paced()) {
        coordinated(parent);
      }
      if (parent.options.rolling() != null && parent.options.rolling().quorum() != null) {
        quorum(parent, parent.options.rolling().quorum());
      }
    }
  }

  /** What is wrong with what was written. */
  List<ValidationError> errors() {
    return errors;
  }

  /** Quorums that are not reached now. */
  List<ValidationError> lacking() {
    return lacking;
  }

  /** Jobs that would wait for nodes on which the parent has not begun, which waits for them. */
  private void coordinated(PacedParent parent) {
    Set<String> own = new LinkedHashSet<>();
    parent.jobs.keySet().forEach(job -> own.add(job.fingerprint()));
    parent.jobs.forEach(
        (job, at) -> {
          if (asksEveryNode.test(job)) {
            note(
                at,
                "verb",
                job.verb()
                    + " asks every node at once, and so cannot be part of a parent with a batch or a"
                    + " deadline: put it into a parent of its own");
          } else if (job.verb().equals(JobWaitComponent.VERB)
              && own.contains(JobWaitComponent.sha(job))) {
            note(
                at,
                "job_sha",
                job.verb()
                    + " waits for a job of its own parent on other nodes, which may begin only after"
                    + " this one has finished: put it into a parent of its own");
          }
        });
  }

  private void quorum(PacedParent parent, Amount quorum) {
    List<String> away = new ArrayList<>();
    for (String name : parent.targets) {
      Node node = nodes.find(name);
      if (node == null || node.state() != NodeView.State.ACTIVE) {
        away.add(name);
      }
    }
    int all = parent.targets.size();
    int connected = all - away.size();
    if (!quorum.isReached(connected, all)) {
      int more = away.size() - Math.min(MAX_NAMES, away.size());
      String message =
          connected
              + " of "
              + Counted.of(all, "node")
              + (connected == 1 ? " is" : " are")
              + " connected, and a quorum of "
              + quorum
              + " is asked for"
              + (away.isEmpty() ? "" : "; away: ")
              + String.join(", ", away.subList(0, Math.min(MAX_NAMES, away.size())))
              + (more > 0 ? " and " + more + " more" : "");
      lacking.add(
          new InJob(parent.first, OPTIONS + ".quorum")
              .error(message)
              .withCode(ErrorCode.QUORUM_NOT_REACHED));
    }
  }

  private void note(int at, String key, String message) {
    errors.add(new InJob(at, key).error(message));
  }
}
