package io.directord.cli.output;

import io.directord.common.json.PythonDuration;
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

  /** Local time to the minute; with the date if that is not today's. */
  public static String shortMoment(Instant instant) {
    ZonedDateTime local = instant.atZone(ZoneId.systemDefault());
    boolean today = local.toLocalDate().equals(LocalDate.now(ZoneId.systemDefault()));
    return DateTimeFormatter.ofPattern(today ? "HH:mm" : "yyyy-MM-dd HH:mm", Locale.ROOT)
        .format(local);
  }

  /** Local time to the second; nothing for null. */
  static String moment(Instant instant) {
    return instant == null
        ? ""
        : DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
            .format(instant.atZone(ZoneId.systemDefault()));
  }
}
