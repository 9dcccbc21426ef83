package io.directord.server.dispatch;

import io.directord.common.job.Outcome;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import java.lang.System.Logger.Level;
import java.util.List;
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
   * @return the jobs that had not ended
   */
  List<UUID> cancel(UUID jobOrParent, Turn turn) {
    List<LiveJob> jobs =
        book.jobOrParent(jobOrParent).stream().filter(job -> !job.isEnded()).toList();
    if (jobs.isEmpty() && store.job(jobOrParent).isEmpty() && store.seqs(jobOrParent).isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND, "there is no job and no parent " + jobOrParent);
    }
    jobs.forEach(job -> cancel(job, turn));
    if (!jobs.isEmpty()) {
      LOG.log(Level.INFO, "cancelled {0} jobs of {1}", jobs.size(), jobOrParent);
    }
    return jobs.stream().map(LiveJob::id).toList();
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
