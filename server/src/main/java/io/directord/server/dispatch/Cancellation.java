package io.directord.server.dispatch;

import io.directord.common.job.Outcome;
import io.directord.common.wire.ServerMessage;
import io.directord.server.access.Caller;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Change;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Cancels jobs: at once where no node knows them, otherwise when the node confirms it. */
final class Cancellation {
  private static final System.Logger LOG = System.getLogger(Cancellation.class.getName());

  private final JobBook book;
  private final KeptJobs kept;
  private final NodeRegistry nodes;

  Cancellation(JobBook book, KeptJobs kept, NodeRegistry nodes) {
    this.book = book;
    this.kept = kept;
    this.nodes = nodes;
  }

  void cancel(Input.Cancel request, Caller caller, Turn turn) {
    UUID id = request.jobOrParent();
    List<KeptJobs.Kept> concerned = kept.jobOrParent(id);
    if (concerned.isEmpty()) {
      turn.refuse(
          request.to(),
          new RefusedException(
              RefusedException.Kind.NOT_FOUND, "there is no job and no parent " + id));
      return;
    }
    Set<UUID> cancelled = new LinkedHashSet<>();
    for (LiveJob job : book.live(concerned)) {
      if (!job.isEnded()) {
        cancel(job, turn);
        cancelled.add(job.id());
      }
    }
    cancelled.addAll(cancelLost(concerned, turn));
    for (Node node : nodes.all()) {
      for (UUID job : book.queueOf(node.identity()).adrift(id)) {
        turn.say(node, new ServerMessage.Cancel(List.of(job)));
      }
    }
    if (!cancelled.isEmpty()) {
      LOG.log(Level.INFO, "{0} cancelled {1} jobs of {2}", caller.user(), cancelled.size(), id);
    }
    Effect reply = new Effect.Reply<>(request.to(), List.copyOf(cancelled));
    if (request.storeWorks()) {
      turn.whenSafe(new Step.Do(reply));
    } else {
      // Cancelling a job that fills the disk must not wait for disk space.
      turn.effect(reply);
    }
  }

  /** Jobs that have ended for the server only: a node that returns with one must end it. */
  private List<UUID> cancelLost(List<KeptJobs.Kept> concerned, Turn turn) {
    List<KeptJobs.Kept> lost =
        concerned.stream()
            .filter(job -> job.isEnded() && job.lost() > 0 && !job.isCancelled())
            .toList();
    if (!lost.isEmpty()) {
      lost.forEach(KeptJobs.Kept::cancelled);
      turn.change(new Change.CancelJobs(lost.stream().map(KeptJobs.Kept::seq).toList()));
    }
    return lost.stream().map(KeptJobs.Kept::id).toList();
  }

  private void cancel(LiveJob job, Turn turn) {
    job.cancelled();
    turn.change(new Change.PutJob(job.stored()));
    for (Assignment assignment : job.assignments()) {
      if (assignment.isEnded()) {
        continue;
      }
      if (!assignment.mayHaveBeenSent()) {
        String info = "cancelled before it was sent to the node";
        book.end(assignment, Outcome.Reason.CANCELLED, info, turn);
      } else {
        turn.say(nodes.find(assignment.node()), new ServerMessage.Cancel(List.of(job.id())));
      }
    }
  }
}
