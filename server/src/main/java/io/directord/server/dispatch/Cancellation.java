package io.directord.server.dispatch;

import io.directord.common.job.Outcome;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Ends jobs on request: at once where no node knows of them, else when the node says so. */
final class Cancellation {
  private static final System.Logger LOG = System.getLogger(Cancellation.class.getName());

  private final JobStore store;
  private final JobBook book;
  private final NodeRegistry nodes;
  private final Outbox outbox;

  Cancellation(JobStore store, JobBook book, NodeRegistry nodes, Outbox outbox) {
    this.store = store;
    this.book = book;
    this.nodes = nodes;
    this.outbox = outbox;
  }

  /**
   * @return the jobs that had not ended, and those that were given up with a node and may still run
   *     there
   */
  List<UUID> cancel(UUID jobOrParent, Turn turn) {
    List<LiveJob> jobs =
        book.jobOrParent(jobOrParent).stream().filter(job -> !job.isEnded()).toList();
    if (jobs.isEmpty() && store.job(jobOrParent).isEmpty() && store.seqs(jobOrParent).isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND, "there is no job and no parent " + jobOrParent);
    }
    jobs.forEach(job -> cancel(job, turn));
    Set<UUID> cancelled = new LinkedHashSet<>(jobs.stream().map(LiveJob::id).toList());
    cancelled.addAll(cancelLost(jobOrParent, turn));
    for (Node node : nodes.all()) {
      book.queueOf(node.identity()).adrift(jobOrParent).forEach(job -> outbox.cancel(node, job));
    }
    if (!cancelled.isEmpty()) {
      LOG.log(Level.INFO, "cancelled {0} jobs of {1}", cancelled.size(), jobOrParent);
    }
    return List.copyOf(cancelled);
  }

  /** Those that have ended for the server only: a node that comes back with one shall end it. */
  private List<UUID> cancelLost(UUID jobOrParent, Turn turn) {
    List<UUID> lost = new ArrayList<>();
    List<Long> seqs =
        store.job(jobOrParent).map(job -> List.of(job.seq())).orElse(store.seqs(jobOrParent));
    for (long seq : seqs) {
      store
          .summary(seq)
          .filter(summary -> summary.counts().lost() > 0)
          .flatMap(summary -> store.job(summary.id()))
          .filter(job -> !job.cancelled())
          .ifPresent(
              job -> {
                turn.change(new Change.PutJob(job.asCancelled()));
                lost.add(job.job().id());
              });
    }
    return lost;
  }

  private void cancel(LiveJob job, Turn turn) {
    job.cancelled();
    turn.change(new Change.PutJob(job.stored()));
    for (Assignment assignment : job.assignments()) {
      if (assignment.isEnded()) {
        continue;
      }
      Node node = nodes.find(assignment.node());
      if (!assignment.mayHaveBeenSent()) {
        String info = "cancelled before it was sent to the node";
        book.end(assignment, Outcome.Reason.CANCELLED, info, turn);
      } else if (node != null) {
        outbox.cancel(node, job.id());
      }
    }
  }
}
