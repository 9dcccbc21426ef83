package io.directord.common.component;

import io.directord.common.job.Seconds;
import io.directord.common.python.Truth;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/** Converts texts to the types of options; errors say what is expected. */
public final class Values {
  /** About 31 years, so that no sum of durations overflows. */
  private static final String SECONDS =
      "seconds above 0, and at most " + Seconds.MAX + ", are expected";

  private static final Duration MAX_TIME = Duration.ofSeconds(Seconds.MAX);

  private Values() {}

  public static boolean flag(String text) throws PlanException {
    return Truth.parse(text)
        .orElseThrow(() -> new PlanException("true or false is expected, not " + Quoted.of(text)));
  }

  /** The reason why a text cannot be part of a job; empty if it can. */
  public static Optional<String> textError(String text) {
    for (int i = 0; text != null && i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\0') {
        return Optional.of(
            "character " + (i + 1) + " is NUL (U+0000), which ends a text for the system");
      }
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return Optional.of(
              String.format(
                  "character %d is half of a pair (U+%04X), which cannot be written as UTF-8",
                  i + 1, (int) c));
        }
        i++;
      }
    }
    return Optional.empty();
  }

  /** A text that is not blank. */
  public static String text(String text) throws PlanException {
    if (text.isBlank()) {
      throw new PlanException("a value is expected, not an empty text");
    }
    return text;
  }

  /** A valid name of an argument; any characters are allowed. */
  public static String name(String text) throws PlanException {
    if (text.isBlank()) {
      throw new PlanException("a name is expected, not " + Quoted.of(text));
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
      // Reported below, like numbers out of range.
    }
    throw new PlanException("a whole number from " + min + " is expected, not " + Quoted.of(text));
  }

  /** Refuses a number that is less than {@code min}. */
  public static void atLeast(int min, int value) throws PlanException {
    if (value < min) {
      throw new PlanException("a whole number from " + min + " is expected, not " + value);
    }
  }

  /** Refuses a time that is not above 0, or too long. */
  public static void duration(Duration time) throws PlanException {
    if (time.isNegative() || time.isZero() || time.compareTo(MAX_TIME) > 0) {
      throw new PlanException(SECONDS);
    }
  }

  /** Refuses all but these words. */
  public static void oneOf(Collection<String> words, String word) throws PlanException {
    if (!words.contains(word)) {
      throw new PlanException(
          "one of "
              + String.join(", ", words)
              + " is expected, not "
              + Quoted.of(word)
              + Nearest.hint(word, words));
    }
  }

  /** Seconds, with a fraction if need be, in steps of a millisecond. */
  public static Duration seconds(String text) throws PlanException {
    Duration time = Seconds.parse(text);
    if (time != null) {
      return time;
    }
    throw new PlanException(SECONDS + ", not " + Quoted.of(text));
  }
}
