package io.directord.common.component;

import java.time.Duration;
import java.util.Locale;

/** Texts to the types that options have; a mistake says what is expected. */
public final class Values {
  /** About 31 years, so that no sum of durations overflows. */
  private static final double MAX_SECONDS = 1e9;

  private Values() {}

  public static boolean flag(String text) throws PlanException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> throw new PlanException("true or false is expected, not '" + text + "'");
    };
  }

  /** A name that an argument can have, of any characters. */
  public static String name(String text) throws PlanException {
    if (text.isBlank()) {
      throw new PlanException("a name is expected, not '" + text + "'");
    }
    return ReservedNames.refuse(text);
  }

  /** A whole number of at least {@code min}. */
  public static int integer(String text, int min) throws PlanException {
    try {
      int value = Integer.parseInt(text);
      if (value >= min) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, together with numbers out of range.
    }
    throw new PlanException("a whole number from " + min + " is expected, not '" + text + "'");
  }

  /** Seconds, with a fraction if need be, in steps of a millisecond. */
  public static Duration seconds(String text) throws PlanException {
    try {
      double seconds = Double.parseDouble(text);
      if (seconds > 0 && seconds <= MAX_SECONDS) {
        return Duration.ofMillis(Math.max(1, Math.round(seconds * 1000)));
      }
    } catch (NumberFormatException e) {
      // Said below, together with numbers out of range.
    }
    throw new PlanException("seconds above 0 are expected, not '" + text + "'");
  }
}
