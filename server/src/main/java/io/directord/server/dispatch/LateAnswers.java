package io.directord.server.dispatch;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Answers to jobs that have ended everywhere: one takes the place of a result that says the node
 * was given up. When a network is whole again, those of many nodes come before the store has the
 * first of them, so what is on its way there is remembered, and counted on from.
 */
final class LateAnswers {
  private final JobStore store;
  private final Followers followers;
  private final Map<Long, Ended> changing = new HashMap<>();

  /** A job's end as the store will have it. */
  private static final class Ended {
    final Map<Integer, NodeOutcome> outcomes = new HashMap<>();
    JobSummary summary;
    int unwritten;

    Ended(JobSummary summary) {
      this.summary = summary;
    }
  }

  LateAnswers(JobStore store, Followers followers) {
    this.store = store;
    this.followers = followers;
  }

  /**
   * @param target the node's place among the job's targets
   */
  void take(StoredJob stored, int target, NodeResult result, Turn turn) {
    long seq = stored.seq();
    Ended job = changing.get(seq);
    NodeOutcome known = job == null ? null : job.outcomes.get(target);
    if (known == null) {
      known = store.result(seq, target).orElse(null);
    }
    if (known == null || known.reason() != Outcome.Reason.LOST) {
      return;
    }
    NodeOutcome late = Outcomes.of(stored.targets().get(target), result, Duration.ZERO);
    if (late.reason() == Outcome.Reason.LOST && late.info().equals(known.info())) {
      return;
    }
    Ended changed = changing.computeIfAbsent(seq, s -> new Ended(store.summary(s).orElse(null)));
    changed.outcomes.put(target, late);
    changed.unwritten++;
    turn.change(new Change.PutResult(seq, target, late));
    if (changed.summary != null) {
      changed.summary = Outcomes.replaced(changed.summary, late);
      turn.change(new Change.PutSummary(seq, changed.summary));
    }
    UUID parent = stored.job().parent().id();
    turn.whenSafe(
        () -> {
          changed.unwritten--;
          if (changed.unwritten == 0) {
            changing.remove(seq);
          }
          followers.tellAnswer(result.jobId(), parent, late);
        });
  }
}
