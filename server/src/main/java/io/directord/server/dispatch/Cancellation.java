package io.directord.server.dispatch;

import io.directord.common.api.Bodies;
import io.directord.common.job.Outcome;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.wire.ServerMessage;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.rolling.Rollout;
import io.directord.server.store.Change;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Cancels jobs: at once where no node knows them, otherwise when the node confirms it. */
final class Cancellation {
  private static final System.Logger LOG = System.getLogger(Cancellation.class.getName());

  private final JobBook book;
  private final KeptJobs kept;
  private final NodeRegistry nodes;
  private final Rollouts rollouts;
  private final NodeRights rights;

  Cancellation(
      JobBook book, KeptJobs kept, NodeRegistry nodes, Rollouts rollouts, NodeRights rights) {
    this.rights = rights;
    this.book = book;
    this.kept = kept;
    this.nodes = nodes;
    this.rollouts = rollouts;
  }

  void cancel(Input.Cancel request, Caller caller, Turn turn) {
    UUID id = request.jobOrParent();
    List<KeptJobs.Kept> concerned = kept.jobOrParent(id);
    if (concerned.isEmpty()) {
      turn.refuse(
          request.to(),
          new RefusedException(
              RefusedException.Kind.NOT_FOUND,
              ErrorCode.UNKNOWN_JOB,
              "there is no job and no parent " + id));
      return;
    }
    boolean mayEverywhere = caller.rights().hasEverywhere(Permission.CANCEL);
    try {
      for (LiveJob job : book.live(concerned)) {
        rights.require(caller, Permission.CANCEL, job.job().verb(), job.targets());
      }
      if (!mayEverywhere) {
        requireLive(id, concerned, caller);
      }
    } catch (RefusedException e) {
      turn.refuse(request.to(), e);
      return;
    }
    Set<UUID> cancelled = new LinkedHashSet<>();
    List<Bodies.Omitted> omitted = new ArrayList<>();
    for (LiveJob job : book.live(concerned)) {
      if (!job.isEnded()) {
        // Of a whole parent, all are cancelled.
        List<LiveJob> behind = job.id().equals(id) ? behind(job, omitted) : List.of();
        cancel(job, behind, turn);
        cancelled.add(job.id());
      }
    }
    Set<UUID> lost = mayEverywhere ? cancelGivenUp(id, concerned, turn) : new LinkedHashSet<>();
    lost.removeAll(cancelled);
    cancelled.addAll(lost);
    if (!cancelled.isEmpty()) {
      LOG.log(
          Level.INFO,
          "{0} cancelled {1} of {2}",
          caller.user(),
          Counted.of(cancelled.size(), "job"),
          id);
    }
    Effect reply =
        new Effect.Reply<>(
            request.to(),
            new Bodies.Cancelled(
                List.copyOf(cancelled), omitted, List.copyOf(lost), remaining(id, omitted)));
    if (request.storeWorks()) {
      turn.whenDurable(new Step.Do(reply));
    } else {
      // Cancelling a job that fills the disk must not wait for disk space.
      turn.effect(reply);
    }
  }

  /**
   * Of jobs that were given up, verb and nodes are not at hand, so they need a role for all.
   *
   * @throws RefusedException if there are no others
   */
  private void requireLive(UUID id, List<KeptJobs.Kept> concerned, Caller caller) {
    List<KeptJobs.Kept> givenUp = concerned.stream().filter(Cancellation::isGivenUp).toList();
    if (givenUp.isEmpty()) {
      return;
    }
    String why =
        caller.title()
            + " may not cancel jobs that were given up with their nodes: that needs a role for all"
            + " verbs and nodes, and it has "
            + caller.rights().roles();
    if (book.live(concerned).isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.FORBIDDEN, ErrorCode.NO_PERMISSION, why + ". Nothing was done");
    }
    LOG.log(
        Level.INFO, "{0} of {1} stay as they are: {2}", Counted.of(givenUp.size(), "job"), id, why);
  }

  private static boolean isGivenUp(KeptJobs.Kept job) {
    return job.isEnded() && job.mayStillRun() && !job.isCancelled();
  }

  /**
   * Those of that id or parent which may still run on nodes that have expired, or have returned.
   */
  private Set<UUID> cancelGivenUp(UUID id, List<KeptJobs.Kept> concerned, Turn turn) {
    Set<UUID> lost = new LinkedHashSet<>(cancelLost(concerned, turn));
    for (Node node : nodes.all()) {
      Map<UUID, UUID> adrift = book.queueOf(node.identity()).adrift(id);
      if (!adrift.isEmpty()) {
        turn.say(node, new ServerMessage.Cancel(adrift));
        lost.addAll(adrift.keySet());
      }
    }
    return lost;
  }

  /** What is left of the parent of a job, besides those that are named already; null if nothing. */
  private Bodies.Remaining remaining(UUID job, List<Bodies.Omitted> omitted) {
    KeptJobs.Kept one = kept.find(job);
    if (one == null || one.parent().equals(job)) {
      return null;
    }
    Set<UUID> named = omitted.stream().map(Bodies.Omitted::id).collect(Collectors.toSet());
    List<UUID> open =
        book.live(kept.ofParent(one.parent())).stream()
            .filter(other -> !other.isEnded() && !other.isCancelled())
            .map(LiveJob::id)
            .filter(other -> !named.contains(other))
            .toList();
    Rollout rollout = rollouts.find(one.parent());
    return open.isEmpty()
        ? null
        : new Bodies.Remaining(one.parent(), rollout != null && rollout.isPaused(), open);
  }

  /** Jobs that have ended for the server only: a node that returns with one must end it. */
  private List<UUID> cancelLost(List<KeptJobs.Kept> concerned, Turn turn) {
    List<KeptJobs.Kept> lost = concerned.stream().filter(Cancellation::isGivenUp).toList();
    if (!lost.isEmpty()) {
      lost.forEach(KeptJobs.Kept::cancelled);
      turn.change(new Change.CancelJobs(lost.stream().map(KeptJobs.Kept::seq).toList()));
    }
    return lost.stream().map(KeptJobs.Kept::id).toList();
  }

  /**
   * The later jobs of its parent that are not run on some node if it does not end well there.
   *
   * @param told what the caller is told of them
   */
  private List<LiveJob> behind(LiveJob job, List<Bodies.Omitted> told) {
    List<LiveJob> behind = new ArrayList<>();
    int number = 0;
    for (KeptJobs.Kept kept : kept.ofParent(job.parentId())) {
      number++;
      LiveJob other = kept.seq() > job.seq() ? book.find(kept.id()) : null;
      if (other != null && !other.isCancelled() && waitsFor(other, job)) {
        behind.add(other);
        told.add(new Bodies.Omitted(other.id(), number, other.summary().title().line()));
      }
    }
    return behind;
  }

  private static boolean waitsFor(LiveJob later, LiveJob job) {
    return !later.job().bypassesLanes()
        && job.assignments().stream()
            .filter(assignment -> !assignment.isEnded())
            .map(assignment -> later.on(assignment.node()))
            .anyMatch(assignment -> assignment != null && !assignment.isEnded());
  }

  /**
   * @param behind jobs that the node would omit, if it got to know of this one
   */
  private void cancel(LiveJob job, List<LiveJob> behind, Turn turn) {
    job.cancelled();
    turn.change(new Change.PutJob(job.stored()));
    Rollout rollout = rollouts.find(job.parentId());
    String paused = rollout == null ? null : rollout.pausedBecause();
    for (Assignment assignment : job.assignments()) {
      if (assignment.isEnded()) {
        continue;
      }
      if (rollouts.isShut(assignment)) {
        book.end(assignment, Outcome.Reason.NOT_STARTED, Reasons.notStarted(paused), turn);
        omit(behind, assignment.node(), turn);
      } else if (!assignment.mayHaveBeenSent()) {
        String info = "cancelled before it was sent to the node";
        book.end(assignment, Outcome.Reason.CANCELLED, info, turn);
        omit(behind, assignment.node(), turn);
      } else {
        turn.say(nodes.find(assignment.node()), job.cancellation());
      }
    }
  }

  private void omit(List<LiveJob> behind, String node, Turn turn) {
    for (LiveJob job : behind) {
      Assignment assignment = job.on(node);
      if (assignment != null && !assignment.isEnded() && !assignment.mayHaveBeenSent()) {
        book.end(assignment, Outcome.Reason.OMITTED, Reasons.OMITTED, turn);
      }
    }
  }
}
