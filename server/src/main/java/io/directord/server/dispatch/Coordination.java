package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.component.builtin.JobWaitComponent;
import io.directord.common.component.builtin.QueryComponent;
import io.directord.common.wire.NodeMessage;
import io.directord.server.node.Node;

/** Jobs that depend on what happens on other nodes than their own. */
final class Coordination implements JobBook.Listener {
  private final JobBook book;
  private final Outbox outbox;
  private final QueryRounds queries;
  private final JobWaits jobWaits;

  Coordination(JobBook book, Outbox outbox, QueryRounds queries, JobWaits jobWaits) {
    this.book = book;
    this.outbox = outbox;
    this.queries = queries;
    this.jobWaits = jobWaits;
  }

  /** A job on a node waits for the others; believed only of jobs that run there. */
  void waiting(Node node, NodeMessage.Waiting message, Turn turn) {
    LiveJob job = book.find(message.jobId());
    Assignment assignment = job == null ? null : job.on(node.identity());
    if (assignment == null || assignment.isEnded()) {
      String info =
          "nobody waits for this job any more: its node was given up, or it was forgotten";
      outbox.resume(node, message.jobId(), false, info);
      return;
    }
    if (!assignment.mayHaveBeenSent()) {
      return;
    }
    outbox.noted(node, message.jobId());
    switch (job.job().verb()) {
      case QueryComponent.VERB -> queries.waiting(node, job, message.answer(), turn);
      case JobWaitComponent.VERB -> jobWaits.waiting(node, job, turn);
      default -> {}
    }
  }

  @Override
  public void ended(Assignment assignment, NodeOutcome outcome, Turn turn) {
    queries.ended(assignment, outcome, turn);
    jobWaits.ended(assignment, turn);
  }
}
