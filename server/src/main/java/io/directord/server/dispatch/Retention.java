package io.directord.server.dispatch;

import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Forgets the oldest ended jobs, so that a server that runs for a year does not fill up. */
final class Retention {
  private static final System.Logger LOG = System.getLogger(Retention.class.getName());

  /** At a time, so that nothing else waits for it. */
  private static final int BATCH = 500;

  private final JobStore store;
  private final InstantSource clock;
  private final int maxJobs;
  private final Duration maxAge;

  Retention(JobStore store, InstantSource clock, int maxJobs, Duration maxAge) {
    this.store = store;
    this.clock = clock;
    this.maxJobs = maxJobs;
    this.maxAge = maxAge;
  }

  void forgetOld(Turn turn) {
    var before = clock.instant().minus(maxAge);
    int surplus = store.endedJobs() - maxJobs;
    List<Long> old = new ArrayList<>();
    for (long seq : store.oldestEnded(BATCH)) {
      boolean tooMany = old.size() < surplus;
      boolean tooOld =
          store.summary(seq).map(summary -> summary.endedAt().isBefore(before)).orElse(false);
      if (!tooMany && !tooOld) {
        break;
      }
      old.add(seq);
    }
    forget(old, turn);
  }

  int forgetAll(Turn turn) {
    List<Long> all = store.oldestEnded(Integer.MAX_VALUE);
    forget(all, turn);
    return all.size();
  }

  private void forget(List<Long> seqs, Turn turn) {
    if (!seqs.isEmpty()) {
      turn.change(new Change.ForgetJobs(seqs));
      LOG.log(Level.INFO, "forgot {0} ended jobs", seqs.size());
    }
  }
}
