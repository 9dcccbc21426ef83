package io.directord.server.time;

import java.time.Duration;
import java.time.Instant;

/**
 * The current time by two clocks.
 *
 * @param uptime time at work, for every decision
 * @param instant wall clock, which may be set: for people, and for stored times
 */
public record Moment(Duration uptime, Instant instant) {

  /** The time since then. */
  public Duration since(Moment earlier) {
    return uptime.minus(earlier.uptime);
  }

  public Moment plus(Duration time) {
    return new Moment(uptime.plus(time), instant.plus(time));
  }

  /**
   * When a stored time comes: the wall clock may have been set while the server was away, so that
   * it is neither past nor further away than it ever was.
   *
   * @param max how far away it was at first; null if that is not known
   */
  public Moment ofStored(Instant time, Duration max) {
    Duration left = Duration.between(instant, time);
    if (left.isNegative()) {
      return this;
    }
    return plus(max == null || left.compareTo(max) < 0 ? left : max);
  }

  public boolean isBefore(Moment other) {
    return uptime.compareTo(other.uptime) < 0;
  }
}
