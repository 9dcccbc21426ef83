package io.directord.server.time;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time that a thread was at work. The thread begins turns at short intervals; a longer pause
 * counts as absence: the process was stopped, the machine suspended, or the previous turn took too
 * long. An absence does not count, since messages of that time have not been read yet, and so it
 * does not add to the silence of nodes. Belongs to that thread.
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
   * @param step maximum time counted between two turns; longer than the usual interval
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
   * @return the time of absence; zero if there was none
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

  /** The start of this turn. */
  public Moment now() {
    return now;
  }
}
