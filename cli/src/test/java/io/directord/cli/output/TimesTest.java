package io.directord.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written by hand is what the formats of Java write. */
class TimesTest {

  @ParameterizedTest
  @ValueSource(
      longs = {0, 1, 4, 5, 14, 15, 995_000_000L, 999_999_999L, 1_000_000_000L, 176_785_000_123L})
  void seconds(long nanos) {
    Duration time = Duration.ofNanos(nanos);

    assertEquals(String.format(Locale.ROOT, "%.8f", nanos / 1e9), Times.seconds(time));
    assertEquals(String.format(Locale.ROOT, "%.2f", time.toMillis() / 1e3), Times.hundredths(time));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31T23:59:59.9Z",
        "2026-07-01T00:00:00Z",
        "1999-12-31T12:05:09Z",
      })
  void moments(String text) {
    Instant instant = Instant.parse(text);

    assertEquals(local("yyyy-MM-dd HH:mm:ss", instant), Times.moment(instant));
  }

  @Test
  void shortMomentsHaveTheDateUnlessItIsTodaysAndTheYearUnlessItIsThis() {
    ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault());
    Instant lastYear = now.minusYears(1).toInstant();
    ZonedDateTime thisYear =
        now.withMonth(now.getMonthValue() == 6 ? 7 : 6).withDayOfMonth(15).withHour(12);

    assertEquals(local("yyyy-MM-dd HH:mm", lastYear), Times.shortMoment(lastYear));
    assertEquals(
        local("MM-dd HH:mm", thisYear.toInstant()), Times.shortMoment(thisYear.toInstant()));
    assertEquals(5, Times.shortMoment(Instant.now()).length());
    assertEquals("", Times.shortMoment(null));
  }

  private static String local(String pattern, Instant instant) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
        .format(instant.atZone(ZoneId.systemDefault()));
  }
}
