package io.directord.server.time;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time that a thread was at work. A thread that begins a turn at least every so often takes a
 * longer pause for its own absence: the process was stopped, the machine suspended, or the turn
 * before took too long. Such a pause does not count, since what others said meanwhile has not been
 * read yet, so nobody's silence grows by it. Belongs to that thread.
 */
public final class Attention {
  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private final Duration step;
  private long last;
  private Moment now;

  /**
   * @param wall the wall clock
   * @param nanoTime as {@link System#nanoTime}
   * @param step how much time counts between two turns at most; longer than the pause between two
   *     turns that nothing disturbs
   */
  public Attention(InstantSource wall, LongSupplier nanoTime, Duration step) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.step = step;
    this.last = nanoTime.getAsLong();
    this.now = new Moment(Duration.ZERO, wall.instant());
  }

  /**
   * Begins a turn.
   *
   * @return for how long the thread was absent; zero if it came in time
   */
  public Duration turn() {
    long nanos = nanoTime.getAsLong();
    Duration passed = Duration.ofNanos(nanos - last);
    last = nanos;
    Duration missed = passed.minus(step);
    boolean inTime = missed.isNegative() || missed.isZero();
    now = new Moment(now.uptime().plus(inTime ? passed : step), wall.instant());
    return inTime ? Duration.ZERO : missed;
  }

  /** When this turn began. */
  public Moment now() {
    return now;
  }
}
