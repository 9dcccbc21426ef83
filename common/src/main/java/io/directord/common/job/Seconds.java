package io.directord.common.job;

import java.time.Duration;

/** Times that are written as a number of seconds, with a fraction if need be. */
public final class Seconds {
  /** The longest such time, about thirty years. */
  public static final long MAX = 1_000_000_000;

  private Seconds() {}

  /**
   * Reads a time above zero, in steps of a millisecond.
   *
   * @return null if the text is no number, or not above 0 and at most {@link #MAX}
   */
  public static Duration parse(String text) {
    try {
      double seconds = Double.parseDouble(text);
      return seconds > 0 && seconds <= MAX
          ? Duration.ofMillis(Math.max(1, Math.round(seconds * 1000)))
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
