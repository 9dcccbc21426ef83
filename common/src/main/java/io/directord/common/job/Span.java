package io.directord.common.job;

import io.directord.common.validation.Quoted;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as people write it: {@code 90}, {@code 30s}, {@code 5m}, {@code 12h}, {@code 2d}. */
public final class Span {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)\\s*([smhd]?)");
  private static final Duration MAX = Duration.ofDays(365);
  private static final String UNITS = "smhd";
  private static final int[] SECONDS = {1, 60, 3600, 86_400};

  private Span() {}

  /**
   * Reads a time above zero, of a year at most; a number alone means seconds.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  public static Duration parse(String text) {
    Matcher parts = TEXT.matcher(text.strip());
    if (parts.matches()) {
      int unit = parts.group(2).isEmpty() ? 0 : UNITS.indexOf(parts.group(2));
      double seconds = Double.parseDouble(parts.group(1)) * SECONDS[unit];
      if (seconds > 0 && seconds <= MAX.toSeconds()) {
        return Duration.ofMillis(Math.max(1, Math.round(seconds * 1000)));
      }
    }
    throw new IllegalArgumentException(
        "a time such as 30s, 5m, 12h or 2d, at most "
            + MAX.toDays()
            + "d, is expected, not "
            + Quoted.of(text));
  }

  /** Its two largest units at most, rounded down to seconds: {@code 40d}, {@code 4h59m}. */
  public static String text(Duration time) {
    long seconds = time.toSeconds();
    StringBuilder text = new StringBuilder();
    for (int unit = UNITS.length() - 1; unit >= 0; unit--) {
      long count = seconds / SECONDS[unit];
      seconds %= SECONDS[unit];
      boolean isSecond = text.length() > 0;
      if (count > 0) {
        text.append(count).append(UNITS.charAt(unit));
      }
      if (isSecond) {
        break;
      }
    }
    return text.length() == 0 ? "0s" : text.toString();
  }
}
