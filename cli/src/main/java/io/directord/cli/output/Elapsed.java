package io.directord.cli.output;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** How long something took, for people. */
public final class Elapsed {
  private static final int SECONDS_A_MINUTE = 60;

  private Elapsed() {}

  /** Such as {@code 2.1 s}, {@code 1:05 min} or {@code 2:01:05 h}. */
  public static String text(Duration time) {
    if (time.toSeconds() < SECONDS_A_MINUTE) {
      return BigDecimal.valueOf(time.toMillis(), 3).setScale(1, RoundingMode.HALF_UP) + " s";
    }
    if (time.toHours() == 0) {
      return time.toMinutes() + ":" + twoDigits(time.toSecondsPart()) + " min";
    }
    return time.toHours()
        + ":"
        + twoDigits(time.toMinutesPart())
        + ":"
        + twoDigits(time.toSecondsPart())
        + " h";
  }

  private static String twoDigits(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }
}
