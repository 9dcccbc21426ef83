package io.directord.server.time;

import java.time.Duration;
import java.time.Instant;

/**
 * Now, by two clocks.
 *
 * @param uptime how long the server has been at work: for every decision about time
 * @param instant what the wall clock shows, which may be set: for people, and for what is stored
 */
public record Moment(Duration uptime, Instant instant) {

  /** How long ago that was. */
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
