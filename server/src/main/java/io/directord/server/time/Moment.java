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

  public boolean isBefore(Moment other) {
    return uptime.compareTo(other.uptime) < 0;
  }
}
