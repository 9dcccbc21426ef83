package io.directord.server.dispatch;

import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunCounts;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/**
 * The events that a new follower has missed: ended jobs of its parents, and results. The core names
 * them, and they are read in parts, so that other reads come in between. Only results that the
 * follower wants are read.
 */
final class Snapshot {
  /** Maximum output of a snapshot; the follower is told how many results more there are. */
  private static final long MAX_OUTPUT = 4L << 20;

  /** Number of entries read for a part. */
  private static final int PART = 200;

  private final Follower follower;
  private final Iterator<Row> answered;
  private final Iterator<UUID> ended;
  private final Iterator<Event> standing;
  private final Deque<Integer> targets = new ArrayDeque<>();
  private EndedNodes.Builder named;
  private StoredJob job;
  private JobSummary summary;
  private long output;
  private long missed;
  private int reads;

  /** A result of a job that has not ended everywhere. */
  record Row(UUID job, UUID parent, long seq, int target) {}

  /**
   * @param answered results already sent to followers
   * @param ended jobs whose end was already sent to followers
   * @param standing what holds on, such as that a parent is paused; told last
   */
  Snapshot(Follower follower, List<Row> answered, List<UUID> ended, List<Event> standing) {
    this.follower = follower;
    this.answered = answered.iterator();
    this.ended = ended.iterator();
    this.standing = standing.iterator();
  }

  boolean isEmpty() {
    return !answered.hasNext() && !ended.hasNext() && !standing.hasNext();
  }

  /** Adds the next events; returns false after the last. */
  boolean next(JobStore store, List<Event> events) {
    for (reads = 0; reads < PART; ) {
      if (answered.hasNext()) {
        Row row = answered.next();
        answered(store, row.seq(), row.target(), row.job(), row.parent(), events);
      } else if (!targets.isEmpty()) {
        UUID parent = job.job().parent().id();
        answered(store, job.seq(), targets.remove(), job.job().id(), parent, events);
      } else if (job != null) {
        events.add(new Event.JobEnded(summary, named.build()));
        job = null;
      } else if (ended.hasNext()) {
        begin(store, ended.next());
      } else {
        standing.forEachRemaining(events::add);
        if (missed > 0) {
          events.add(Event.Missed.results(missed));
        }
        return false;
      }
    }
    return true;
  }

  private void begin(JobStore store, UUID id) {
    reads++;
    job = store.job(id).orElse(null);
    named = new EndedNodes.Builder();
    summary = job == null ? null : store.summary(job.seq()).orElse(null);
    if (summary == null) {
      job = null;
    } else if (wantsResults()) {
      targets.addAll(store.answered(job.seq()));
    }
  }

  /** Whether the follower wants a result of it, or the names of nodes. */
  private boolean wantsResults() {
    JobCounts counts = summary.counts();
    int named = counts.skipped() + runs(counts.runs());
    return follower.wants(Detail.NODES)
        || follower.wants(Detail.FAILURES) && counts.failed() + named > 0;
  }

  private static int runs(RunCounts runs) {
    return runs.changed() + runs.retried() + runs.cut();
  }

  private void answered(
      JobStore store, long seq, int target, UUID id, UUID parent, List<Event> events) {
    if (output > MAX_OUTPUT) {
      missed++;
      return;
    }
    reads++;
    NodeOutcome outcome = store.result(seq, target).orElse(null);
    if (outcome == null) {
      return;
    }
    if (named != null) {
      named.add(outcome.node(), outcome.state(), outcome.details());
    }
    if (follower.wants(Follower.detail(outcome.state()))) {
      output += outcome.stdout().length() + outcome.stderr().length();
      if (output > MAX_OUTPUT) {
        missed++;
      } else {
        events.add(new Event.NodeAnswered(id, parent, outcome));
      }
    }
  }
}
