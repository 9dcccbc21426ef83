package io.directord.common.python;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Python prints them, such as {@code 1 day, 0:39:47.420000}. */
public final class PythonDuration {
  private static final Pattern TEXT =
      Pattern.compile("(?:(\\d{1,6}) days?, )?(\\d{1,2}):(\\d{2}):(\\d{2})(?:\\.(\\d{6}))?");

  private PythonDuration() {}

  public static String text(Duration duration) {
    long days = duration.toDays();
    String day = days == 0 ? "" : days + (days == 1 ? " day, " : " days, ");
    int micros = duration.toNanosPart() / 1000;
    return day
        + duration.toHoursPart()
        + ':'
        + digits(duration.toMinutesPart(), 2)
        + ':'
        + digits(duration.toSecondsPart(), 2)
        + (micros == 0 ? "" : '.' + digits(micros, 6));
  }

  /** By hand, since a format takes a command that prints one duration 10 ms to load. */
  private static String digits(int number, int least) {
    String digits = Integer.toString(number);
    return "0".repeat(Math.max(0, least - digits.length())) + digits;
  }

  /** The duration, or zero if the text is not a duration. */
  public static Duration parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return Duration.ZERO;
    }
    return Duration.ofDays(number(parts.group(1)))
        .plusHours(number(parts.group(2)))
        .plusMinutes(number(parts.group(3)))
        .plusSeconds(number(parts.group(4)))
        .plusNanos(number(parts.group(5)) * 1000);
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
