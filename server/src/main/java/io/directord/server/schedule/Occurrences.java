package io.directord.server.schedule;

import io.directord.common.api.ScheduleTiming;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The occurrences of one schedule. Immutable. */
public final class Occurrences {
  /** More are not counted one by one. */
  static final int MAX_COUNTED = 1000;

  private static final Duration[] LOOK_BACK = {
    Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(32), Duration.ofDays(367)
  };

  private final UUID id;
  private final CronTimes times;
  private final Duration splay;

  private Occurrences(UUID id, CronTimes times, Duration splay) {
    this.id = id;
    this.times = times;
    this.splay = splay;
  }

  /**
   * @param id of the schedule, of which the splay of each occurrence is made
   * @throws IllegalArgumentException saying what is wrong with the expression or the zone
   */
  public static Occurrences of(UUID id, ScheduleTiming timing) {
    return new Occurrences(id, CronTimes.parse(timing.cron(), timing.zone()), timing.splay());
  }

  /**
   * The same expression.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static String requireExpression(String cron) {
    CronTimes.parse(cron, "UTC");
    return cron;
  }

  /** Likewise of a zone. */
  public static String requireZone(String zone) {
    CronTimes.zone(zone);
    return zone;
  }

  /** When one is due next, without its splay. */
  public Optional<Instant> next(Instant after) {
    return times.next(after);
  }

  /** When one starts: the same after a restart. */
  public Instant start(Instant due) {
    long seconds = splay.toSeconds();
    if (seconds == 0) {
      return due;
    }
    long mixed = (id.getLeastSignificantBits() ^ due.getEpochSecond()) * 0x9E3779B97F4A7C15L;
    return due.plusSeconds(Math.floorMod(mixed ^ mixed >>> 32, seconds + 1));
  }

  /**
   * Occurrences that have come.
   *
   * @param count how many, or the highest number that is counted
   * @param isAll whether there are no more than that
   * @param last when the last of them was due
   */
  public record Passed(int count, boolean isAll, Instant last) {}

  /** Those that were due after that and have started by now; null for none. */
  public Passed passed(Instant after, Instant now) {
    Instant last = null;
    int count = 0;
    for (Instant due = after; count < MAX_COUNTED; count++) {
      Optional<Instant> next = next(due);
      if (next.isEmpty() || start(next.get()).isAfter(now)) {
        return last == null ? null : new Passed(count, true, last);
      }
      due = next.get();
      last = due;
    }
    return new Passed(count, false, newest(last, now));
  }

  /** The one before that, of those after the other; itself if it is the first, or one of many. */
  public Instant before(Instant last, Instant after) {
    Instant before = last;
    Instant due = after;
    for (int i = 0; i < MAX_COUNTED; i++) {
      Optional<Instant> next = next(due);
      if (next.isEmpty() || !next.get().isBefore(last)) {
        return before;
      }
      due = next.get();
      before = due;
    }
    return last;
  }

  /** The last one that has started, as there are too many to go through all of them. */
  private Instant newest(Instant known, Instant now) {
    for (Duration back : LOOK_BACK) {
      Instant from = now.minus(splay).minus(back);
      if (from.isBefore(known)) {
        from = known;
      }
      Instant last = null;
      int steps = 0;
      for (Optional<Instant> next = next(from);
          next.isPresent() && !start(next.get()).isAfter(now) && steps < MAX_COUNTED;
          next = next(last)) {
        last = next.get();
        steps++;
      }
      if (last != null) {
        return last;
      }
    }
    return known;
  }
}
