package io.directord.server.dispatch;

import io.directord.common.api.RunState;
import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.rolling.Rollout;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.UUID;

/** Pauses and resumes parents at a caller's request. */
final class Pausing {
  private static final System.Logger LOG = System.getLogger(Pausing.class.getName());

  private final JobBook book;
  private final KeptJobs kept;
  private final Rollouts rollouts;

  private final NodeRights rights;

  Pausing(JobBook book, KeptJobs kept, Rollouts rollouts, NodeRights rights) {
    this.rights = rights;
    this.book = book;
    this.kept = kept;
    this.rollouts = rollouts;
  }

  void request(Input.Pause request, Caller caller, Turn turn) {
    try {
      RunState state = change(request, caller, turn);
      turn.whenDurable(new Step.Do(new Effect.Reply<>(request.to(), state)));
    } catch (RefusedException e) {
      turn.refuse(request.to(), e);
    }
  }

  private RunState change(Input.Pause request, Caller caller, Turn turn) {
    Rollout rollout = find(request.jobOrParent());
    UUID id = rollout.parent();
    for (LiveJob job : book.live(kept.ofParent(id))) {
      rights.require(caller, Permission.PAUSE, job.job().verb(), job.targets());
    }
    if (request.resume()) {
      if (!rollout.isPaused()) {
        throw conflict("parent " + id + " is not paused");
      }
      rollout.resume();
    } else {
      if (rollout.isPaused()) {
        throw conflict("parent " + id + " is paused already: " + rollout.pausedBecause());
      }
      if (rollout.pending() == 0) {
        throw conflict(
            "parent " + id + " has begun on all of its nodes: `directord manage --cancel` ends it");
      }
      rollout.pause(caller.user(), turn.now().instant());
    }
    LOG.log(
        Level.INFO,
        "{0} has {1} parent {2}",
        caller.user(),
        request.resume() ? "resumed" : "paused",
        id);
    return rollouts.changedByHand(rollout);
  }

  private Rollout find(UUID jobOrParent) {
    List<KeptJobs.Kept> jobs = kept.jobOrParent(jobOrParent);
    if (jobs.isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.UNKNOWN_JOB,
          "there is no job and no parent " + jobOrParent);
    }
    List<LiveJob> live = book.live(jobs);
    UUID parent = live.isEmpty() ? null : live.get(0).parentId();
    Rollout rollout = parent == null ? null : rollouts.find(parent);
    if (rollout == null) {
      throw conflict(
          live.isEmpty()
              ? jobOrParent + " has ended"
              : jobOrParent
                  + " was submitted without a batch, so that it began on all of its nodes at once:"
                  + " `directord manage --cancel` ends it");
    }
    return rollout;
  }

  private static RefusedException conflict(String why) {
    return new RefusedException(RefusedException.Kind.CONFLICT, ErrorCode.NOT_POSSIBLE_NOW, why);
  }
}
