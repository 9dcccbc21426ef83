package io.directord.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as the original prints them. */
final class Times {
  private Times() {}

  /** Seconds with eight decimals. */
  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.8f", duration.toNanos() / 1e9);
  }

  /** Such as {@code 1 day, 0:39:47.420000}. */
  static String uptime(Duration duration) {
    long days = duration.toDays();
    String day = days == 0 ? "" : days + (days == 1 ? " day, " : " days, ");
    int micros = duration.toNanosPart() / 1000;
    String fraction = micros == 0 ? "" : String.format(Locale.ROOT, ".%06d", micros);
    return String.format(
        Locale.ROOT,
        "%s%d:%02d:%02d%s",
        day,
        duration.toHoursPart(),
        duration.toMinutesPart(),
        duration.toSecondsPart(),
        fraction);
  }

  /** Local time to the second; nothing for null. */
  static String moment(Instant instant) {
    return instant == null
        ? ""
        : DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
            .format(instant.atZone(ZoneId.systemDefault()));
  }
}
