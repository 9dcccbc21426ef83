package io.directord.client.cache;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * A clock that starts with the wall clock's time and then runs evenly, even if the wall clock is
 * set. For the age of entries that are kept for days.
 */
final class SteadyClock {
  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private final Instant start;
  private final long startNanos;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  SteadyClock(InstantSource wall, LongSupplier nanoTime) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.start = wall.instant();
    this.startNanos = nanoTime.getAsLong();
  }

  Instant now() {
    return start.plusNanos(nanoTime.getAsLong() - startNanos);
  }

  /** The difference by which the wall clock is ahead of this one, since it was set. */
  Duration shift() {
    return Duration.between(now(), wall.instant());
  }
}
