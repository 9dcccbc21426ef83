package io.directord.server.dispatch;

import io.directord.server.store.Change;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Deletes the oldest ended jobs, so that the store does not grow without limit. Setting the wall
 * clock while the server runs makes no job older: ages grow by the server's time at work.
 */
final class Retention {
  private static final System.Logger LOG = System.getLogger(Retention.class.getName());

  /** Maximum number at a time, so that nothing else waits. */
  private static final int BATCH = 500;

  /** Smaller corrections of clocks are ignored. */
  private static final Duration MIN_STEP = Duration.ofMinutes(1);

  private final KeptJobs kept;
  private final int maxJobs;
  private final Duration maxAge;
  private final Moment start;

  /** Jobs that are being forgotten: they are known until the store has that. */
  private final Set<Long> leaving = new HashSet<>();

  private Moment looked;

  Retention(KeptJobs kept, Moment start, int maxJobs, Duration maxAge) {
    this.kept = kept;
    this.maxJobs = maxJobs;
    this.maxAge = maxAge;
    this.start = start;
    this.looked = start;
  }

  void forgetOld(Turn turn) {
    watchTheClock(turn.now());
    int surplus = kept.ended().size() - leaving.size() - maxJobs;
    List<Long> old = new ArrayList<>();
    for (KeptJobs.Kept job : kept.ended().values()) {
      if (leaving.contains(job.seq())) {
        continue;
      }
      boolean tooMany = old.size() < surplus;
      if (old.size() == BATCH || !tooMany && !isTooOld(job.endedAt())) {
        break;
      }
      old.add(job.seq());
    }
    forget(old, turn);
  }

  private boolean isTooOld(Instant endedAt) {
    return age(endedAt).compareTo(maxAge) > 0;
  }

  /** The minimum age, by the wall clock and by the time that it would show had it not been set. */
  private Duration age(Instant endedAt) {
    Duration uptime = looked.since(start);
    Duration byWall = Duration.between(endedAt, looked.instant());
    Duration bySteady = Duration.between(endedAt, start.instant().plus(uptime));
    if (bySteady.isNegative()) {
      // The time was noted after the clock was set forward, or before it was set back and the
      // server restarted.
      return byWall.isNegative() ? uptime : byWall;
    }
    return byWall.compareTo(bySteady) < 0 ? byWall : bySteady;
  }

  private void watchTheClock(Moment now) {
    Duration step = Duration.between(looked.instant(), now.instant()).minus(now.since(looked));
    looked = now;
    if (step.abs().compareTo(MIN_STEP) > 0) {
      LOG.log(
          Level.WARNING,
          "the wall clock is {0} by {1} from one second to the next: it was set, or the server was"
              + " stopped; no job is forgotten because of that before the server starts anew",
          step.isNegative() ? "back" : "ahead",
          step.abs());
    }
  }

  int forgetAll(Turn turn) {
    List<Long> all = kept.ended().keySet().stream().filter(seq -> !leaving.contains(seq)).toList();
    forget(all, turn);
    return all.size();
  }

  /** The store has forgotten them. */
  void committed(Step.Forgot forgot) {
    kept.forget(forgot.seqs());
    forgot.seqs().forEach(leaving::remove);
    LOG.log(Level.INFO, "forgot {0} ended jobs", forgot.seqs().size());
  }

  private void forget(List<Long> seqs, Turn turn) {
    if (!seqs.isEmpty()) {
      leaving.addAll(seqs);
      turn.change(new Change.ForgetJobs(seqs));
      turn.whenDurable(new Step.Forgot(seqs));
    }
  }
}
