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
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Deletes the oldest ended jobs, so that the store does not grow without limit. Setting the wall
 * clock while the server runs makes no job older: ages grow by the server's time at work. Nor does
 * a clock that is wrong at a start, or at several, make them much older: only so much counts of the
 * time between one job and the next.
 */
final class Retention {
  private static final System.Logger LOG = System.getLogger(Retention.class.getName());

  /** Maximum number at a time, so that nothing else waits. */
  private static final int BATCH = 500;

  /** Smaller corrections of clocks are ignored. */
  private static final Duration MIN_STEP = Duration.ofMinutes(1);

  /** Maximum absence that counts, see {@link #restored}. */
  private static final Duration MAX_ABSENCE = Duration.ofDays(7);

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

  /**
   * All jobs are restored. Where the times of two jobs that were submitted one after the other, or
   * of the last one and the start, are far apart, a clock was wrong or nothing was done for so
   * long: that is not known, so ages only grow by a quarter of the maximum there, or a week.
   */
  void restored() {
    if (kept.ended().isEmpty()) {
      return;
    }
    Duration quarter = maxAge.dividedBy(4);
    Duration maxGap = quarter.compareTo(MAX_ABSENCE) < 0 ? quarter : MAX_ABSENCE;
    Instant next = start.instant();
    Duration counted = Duration.ZERO;
    Duration longest = Duration.ZERO;
    for (KeptJobs.Kept job : kept.ended().descendingMap().values()) {
      if (job.endedAt().equals(Instant.EPOCH)) {
        continue;
      }
      Duration gap = positive(Duration.between(job.submittedAt(), next));
      longest = longest.compareTo(gap) < 0 ? gap : longest;
      counted = counted.plus(gap.compareTo(maxGap) < 0 ? gap : maxGap);
      Duration ran = positive(Duration.between(job.submittedAt(), job.endedAt()));
      job.countedAtStart(positive(counted.minus(ran)));
      next = job.submittedAt();
    }
    tellSpared(longest);
  }

  private static Duration positive(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }

  private void tellSpared(Duration gap) {
    long spared =
        kept.ended().values().stream()
            .map(KeptJobs.Kept::endedAt)
            .filter(ended -> Duration.between(ended, start.instant()).compareTo(maxAge) > 0)
            .count();
    spared -= kept.ended().values().stream().filter(this::isTooOld).count();
    if (spared > 0) {
      LOG.log(
          Level.WARNING,
          "between two jobs in the store, or the newest one and now, the wall clock shows {0}: it was"
              + " or is wrong, or nothing was submitted for so long; {1} older than retain_time by it,"
              + " and kept until this server has run for long enough. If the clock is right,"
              + " \"directord manage --purge-jobs\" deletes all ended jobs at once",
          Span.text(gap),
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
      if (old.size() == BATCH || !tooMany && !isTooOld(job)) {
        break;
      }
      old.add(job.seq());
    }
    forget(old, turn);
  }

  private boolean isTooOld(KeptJobs.Kept job) {
    return age(job).compareTo(maxAge) > 0;
  }

  /**
   * The minimum age: by the wall clock, by what it would show had it not been set since the start,
   * and by what of the times in the store can be believed. A clock by which a job ends in the
   * future was set in between, and says nothing about that job.
   */
  private Duration age(KeptJobs.Kept job) {
    Duration uptime = looked.since(start);
    Duration counted = job.countedAtStart();
    return Stream.of(
            Duration.between(job.endedAt(), looked.instant()),
            Duration.between(job.endedAt(), start.instant().plus(uptime)),
            counted == null ? null : counted.plus(uptime))
        .filter(age -> age != null && !age.isNegative())
        .min(Comparator.naturalOrder())
        .orElse(uptime);
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
      turn.whenDurable(new Step.Do(new Effect.ForgetFiles(ids(seqs))));
    }
  }

  private List<UUID> ids(List<Long> seqs) {
    return seqs.stream().map(seq -> kept.ended().get(seq).id()).filter(Objects::nonNull).toList();
  }
}
