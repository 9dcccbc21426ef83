package io.directord.cli.output;

import io.directord.common.python.PythonDuration;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as the original prints them. */
public final class Times {
  private Times() {}

  /** Seconds with eight decimals. */
  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.8f", duration.toNanos() / 1e9);
  }

  /** Such as {@code 1 day, 0:39:47.420000}. */
  static String uptime(Duration duration) {
    return PythonDuration.text(duration);
  }

  /** Local time to the minute, with the date unless it is today; empty for null. */
  public static String shortMoment(Instant instant) {
    if (instant == null) {
      return "";
    }
    ZonedDateTime local = instant.atZone(ZoneId.systemDefault());
    LocalDate today = LocalDate.now(ZoneId.systemDefault());
    String pattern = local.getYear() == today.getYear() ? "MM-dd HH:mm" : "yyyy-MM-dd HH:mm";
    return DateTimeFormatter.ofPattern(
            local.toLocalDate().equals(today) ? "HH:mm" : pattern, Locale.ROOT)
        .format(local);
  }

  /** Such as {@code 12d 4:05}: days, hours and minutes. */
  static String shortUptime(Duration duration) {
    String days = duration.toDays() == 0 ? "" : duration.toDays() + "d ";
    return days
        + String.format(Locale.ROOT, "%d:%02d", duration.toHoursPart(), duration.toMinutesPart());
  }

  /** Local time to the second; empty for null. */
  static String moment(Instant instant) {
    return instant == null
        ? ""
        : DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
            .format(instant.atZone(ZoneId.systemDefault()));
  }
}
