package io.directord.cli.output;

import io.directord.common.python.PythonDuration;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.TimeZone;

/** Times as the original prints them. */
public final class Times {
  /** Length of a date, and of its year with the dash behind it. */
  private static final int DATE = "yyyy-MM-dd".length();

  private static final int YEAR = "yyyy-".length();

  private Times() {}

  /** Seconds with eight decimals. */
  static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toNanos(), 9)
        .setScale(8, RoundingMode.HALF_UP)
        .toPlainString();
  }

  /** Seconds with two decimals. */
  static String hundredths(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3)
        .setScale(2, RoundingMode.HALF_UP)
        .toPlainString();
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
    String moment = moment(instant);
    String now = moment(Instant.now());
    String minute = moment.substring(0, moment.length() - ":00".length());
    if (moment.startsWith(now.substring(0, DATE))) {
      return minute.substring(DATE + 1);
    }
    return moment.startsWith(now.substring(0, YEAR)) ? minute.substring(YEAR) : minute;
  }

  /** Local time of the day, to the second. */
  public static String clock(Instant instant) {
    return moment(instant).substring(DATE + 1);
  }

  /** Such as {@code 12d 4:05}: days, hours and minutes. */
  static String shortUptime(Duration duration) {
    String days = duration.toDays() == 0 ? "" : duration.toDays() + "d ";
    return days + duration.toHoursPart() + ":" + digits(duration.toMinutesPart(), 2);
  }

  /**
   * Local time to the second; empty for null. By hand, and by the offset alone: formats and the
   * rules of time zones take longer to load than a list takes otherwise.
   */
  public static String moment(Instant instant) {
    if (instant == null) {
      return "";
    }
    int offset = TimeZone.getDefault().getOffset(instant.toEpochMilli()) / 1000;
    LocalDateTime local =
        LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.ofTotalSeconds(offset));
    return digits(local.getYear(), 4)
        + '-'
        + digits(local.getMonthValue(), 2)
        + '-'
        + digits(local.getDayOfMonth(), 2)
        + ' '
        + digits(local.getHour(), 2)
        + ':'
        + digits(local.getMinute(), 2)
        + ':'
        + digits(local.getSecond(), 2);
  }

  private static String digits(int number, int least) {
    String digits = Integer.toString(number);
    return "0".repeat(Math.max(0, least - digits.length())) + digits;
  }
}
