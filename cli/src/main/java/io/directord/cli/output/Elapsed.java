package io.directord.cli.output;

import java.time.Duration;
import java.util.Locale;

/** How long something took, for people. */
public final class Elapsed {
  private static final int SECONDS_A_MINUTE = 60;

  private Elapsed() {}

  /** Such as {@code 2.1 s}, {@code 1:05 min} or {@code 2:01:05 h}. */
  public static String text(Duration time) {
    if (time.toSeconds() < SECONDS_A_MINUTE) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }
    if (time.toHours() == 0) {
      return String.format(Locale.ROOT, "%d:%02d min", time.toMinutes(), time.toSecondsPart());
    }
    return String.format(
        Locale.ROOT, "%d:%02d:%02d h", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }
}
