package io.directord.server.backup;

import io.directord.common.job.Job;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredRun;
import io.directord.server.store.StoredSchedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Everything in a store as changes, read while others write it: what has changed meanwhile may be
 * in it or not, wholly or in part, so the changes that are committed until it is read must follow.
 */
final class StateCopy {
  /** Ended jobs that are asked for at once. */
  private static final int PAGE = 200;

  private final JobStore store;
  private final To to;
  private final Consumer<Job> live;
  private final Set<Long> read = new HashSet<>();

  /** Takes the changes. */
  interface To {
    void change(Change change) throws IOException;
  }

  /**
   * @param live told of each job that has not ended, and of those of schedules
   */
  StateCopy(JobStore store, To to, Consumer<Job> live) {
    this.store = store;
    this.to = to;
    this.live = live;
  }

  void run() throws IOException {
    List<StoredJob> unended = store.unended();
    unended.forEach(job -> live.accept(job.job()));
    for (StoredJob job : unended) {
      job(job);
    }
    long before = store.lastSeq() + 1;
    for (List<Long> page = store.lastEnded(before, PAGE);
        !page.isEmpty();
        page = store.lastEnded(before, PAGE)) {
      for (long seq : page) {
        before = Math.min(before, seq);
        StoredJob job = read.contains(seq) ? null : store.job(seq).orElse(null);
        if (job != null) {
          job(job);
        }
      }
    }
    for (StoredRun run : store.runs()) {
      to.change(new Change.PutRun(run.parent(), run.nodes()));
      if (run.progress() != null) {
        to.change(new Change.PutProgress(run.parent(), run.progress()));
      }
    }
    for (StoredSchedule.Kept kept : store.schedules()) {
      kept.schedule().jobs().forEach(live);
      to.change(new Change.PutSchedule(kept.schedule(), kept.state()));
    }
    for (var node : store.nodes()) {
      to.change(new Change.PutNode(node));
    }
    for (var event : store.hookEvents()) {
      to.change(new Change.PutHookEvent(event));
    }
    for (var token : store.tokens()) {
      to.change(new Change.PutToken(token));
    }
  }

  private void job(StoredJob job) throws IOException {
    long seq = job.seq();
    read.add(seq);
    to.change(new Change.PutJob(job));
    for (int target : new ArrayList<>(store.answered(seq))) {
      var result = store.result(seq, target);
      if (result.isPresent()) {
        to.change(new Change.PutResult(seq, target, result.get()));
      }
    }
    var summary = store.summary(seq);
    if (summary.isPresent()) {
      to.change(new Change.PutSummary(seq, summary.get()));
    }
  }
}
