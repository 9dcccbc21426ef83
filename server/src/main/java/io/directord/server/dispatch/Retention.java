package io.directord.server.dispatch;

import io.directord.common.job.Span;
import io.directord.server.store.Change;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Deletes the oldest ended jobs, so that the store does not grow without limit. Setting the wall
 * clock while the server runs makes no job older: ages grow by the server's time at work. Nor does
 * a clock that is wrong at the start make them much older, since only a limited absence is counted
 * after the newest time in the store.
 */
final class Retention {
  private static final System.Logger LOG = System.getLogger(Retention.class.getName());

  /** Maximum number at a time, so that nothing else waits. */
  private static final int BATCH = 500;

  /** Smaller corrections of clocks are ignored. */
  private static final Duration MIN_STEP = Duration.ofMinutes(1);

  /** Maximum absence that counts, see {@link #storeShows}. */
  private static final Duration MAX_ABSENCE = Duration.ofDays(7);

  private final KeptJobs kept;
  private final int maxJobs;
  private final Duration maxAge;
  private final Moment start;

  /** Jobs that are being forgotten: they are known until the store has that. */
  private final Set<Long> leaving = new HashSet<>();

  private Moment looked;

  /** The latest time that the clock may have shown at the start; null if that is not known. */
  private Instant latestStart;

  Retention(KeptJobs kept, Moment start, int maxJobs, Duration maxAge) {
    this.kept = kept;
    this.maxJobs = maxJobs;
    this.maxAge = maxAge;
    this.start = start;
    this.looked = start;
  }

  /**
   * All jobs are restored. If the clock is far ahead of the store, it is wrong, or nothing was done
   * for so long: that is not known, so ages only grow by a quarter of the maximum, or a week.
   *
   * @param newest time in the store; the epoch if there is none
   */
  void storeShows(Instant newest) {
    if (newest.equals(Instant.EPOCH)) {
      return;
    }
    Duration quarter = maxAge.dividedBy(4);
    latestStart = newest.plus(quarter.compareTo(MAX_ABSENCE) < 0 ? quarter : MAX_ABSENCE);
    long spared =
        kept.ended().values().stream()
            .map(KeptJobs.Kept::endedAt)
            .filter(ended -> Duration.between(ended, start.instant()).compareTo(maxAge) > 0)
            .filter(ended -> !isTooOld(ended))
            .count();
    if (spared > 0) {
      LOG.log(
          Level.WARNING,
          "the wall clock is {0} ahead of the newest job in the store: it is wrong, or nothing was"
              + " submitted for so long; {1} older than retain_time by it, and kept until this"
              + " server has run for long enough. If the clock is right, \"directord manage"
              + " --purge-jobs\" deletes all ended jobs at once",
          Span.text(Duration.between(newest, start.instant())),
          spared == 1 ? "1 ended job is" : spared + " ended jobs are");
    }
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

  /**
   * The minimum age: by the wall clock, by what it would show had it not been set since the start,
   * and by what it would show had it been right at the start. A clock by which a job ends in the
   * future was set in between, and says nothing about that job.
   */
  private Duration age(Instant endedAt) {
    Duration uptime = looked.since(start);
    return Stream.of(looked.instant(), start.instant().plus(uptime), latest(uptime))
        .filter(Objects::nonNull)
        .map(time -> Duration.between(endedAt, time))
        .filter(age -> !age.isNegative())
        .min(Comparator.naturalOrder())
        .orElse(uptime);
  }

  private Instant latest(Duration uptime) {
    return latestStart == null ? null : latestStart.plus(uptime);
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
          Span.text(step.abs().plusMillis(500)));
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
