package io.directord.server.dispatch;

import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeOutcome;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import java.util.UUID;

/** What a new follower has missed: jobs of its parents that ended, and nodes that answered. */
final class Snapshot {
  /** More output than that is not read for a snapshot; the follower is told that it missed it. */
  private static final long MAX_OUTPUT = 4L << 20;

  private final JobStore store;
  private final JobBook book;
  private final Followers.Follower follower;
  private long output;
  private long missed;

  Snapshot(JobStore store, JobBook book, Followers.Follower follower) {
    this.store = store;
    this.book = book;
    this.follower = follower;
  }

  void send() {
    for (UUID parent : follower.filter().parents()) {
      boolean answers = follower.wants(parent, Detail.FAILURES);
      for (LiveJob job : book.jobOrParent(parent)) {
        if (answers) {
          answered(job);
        }
      }
      for (long seq : store.seqs(parent)) {
        store.summary(seq).ifPresent(summary -> ended(seq, summary.id(), answers));
      }
    }
    if (missed > 0) {
      follower.tell(new Event.Missed(missed));
    }
  }

  private void answered(LiveJob job) {
    for (Assignment assignment : job.assignments()) {
      if (assignment.isPublished()) {
        answered(job.seq(), assignment.index(), job.id(), job.parentId());
      }
    }
  }

  private void ended(long seq, UUID id, boolean answers) {
    if (book.find(id) != null) {
      // In the store already, but followers are yet to be told: this one among them.
      return;
    }
    EndedNodes.Builder named = new EndedNodes.Builder();
    if (answers) {
      UUID parent = store.job(id).map(StoredJob::job).map(job -> job.parent().id()).orElse(null);
      for (int target : store.answered(seq)) {
        NodeOutcome outcome = answered(seq, target, id, parent);
        if (outcome != null) {
          named.add(outcome.node(), outcome.state(), outcome.details());
        }
      }
    }
    store
        .summary(seq)
        .ifPresent(summary -> follower.tell(new Event.JobEnded(summary, named.build())));
  }

  /** The result, if it could be read. */
  private NodeOutcome answered(long seq, int target, UUID job, UUID parent) {
    if (output > MAX_OUTPUT) {
      missed++;
      return null;
    }
    NodeOutcome outcome = store.result(seq, target).orElse(null);
    if (outcome != null) {
      answered(job, parent, outcome);
    }
    return outcome;
  }

  private void answered(UUID job, UUID parent, NodeOutcome outcome) {
    if (!follower.wants(parent, outcome)) {
      return;
    }
    output += outcome.stdout().length() + outcome.stderr().length();
    if (output > MAX_OUTPUT) {
      missed++;
    } else {
      follower.tell(new Event.NodeAnswered(job, parent, outcome));
    }
  }
}
