package io.directord.server.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.ScheduleTiming;
import io.directord.common.api.ScheduleTiming.Missed;
import io.directord.common.api.ScheduleTiming.Overlap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OccurrencesTest {
  private static final UUID ID = UUID.fromString("7c1d4c9e-0000-4000-8000-000000000001");

  @ParameterizedTest
  @CsvSource({
    "30 2 * * *, 2026-06-01T00:00:00Z, 2026-06-01T00:30:00Z 2026-06-02T00:30:00Z",
    "*/20 9-10 * * 1, 2026-06-02T00:00:00Z, 2026-06-08T07:00:00Z 2026-06-08T07:20:00Z",
    "0 0 1 1 *, 2026-06-01T00:00:00Z, 2026-12-31T23:00:00Z 2027-12-31T23:00:00Z",
    "0 12 * * 0, 2026-06-01T00:00:00Z, 2026-06-07T10:00:00Z 2026-06-14T10:00:00Z",
    "0 12 * * 7, 2026-06-01T00:00:00Z, 2026-06-07T10:00:00Z 2026-06-14T10:00:00Z",
    "0 0 29 2 *, 2026-06-01T00:00:00Z, 2028-02-28T23:00:00Z 2032-02-28T23:00:00Z",
  })
  void areThoseOfTheExpressionInItsZone(String cron, Instant after, String expected) {
    assertEquals(expected, joined(times(cron, "Europe/Berlin", after, 2)));
  }

  /** As in crontab(5): one day field is enough, unless a star is in one of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0 0 10 * 1; 2026-04-06T00:00:00Z 2026-04-10T00:00:00Z 2026-04-13T00:00:00Z",
        "0 0 */2 * 1; 2026-04-13T00:00:00Z 2026-04-27T00:00:00Z 2026-05-11T00:00:00Z",
        "0 0 1-7 * */7; 2026-04-05T00:00:00Z 2026-05-03T00:00:00Z 2026-06-07T00:00:00Z",
        "0 0 */31,1-7 * 1; 2026-04-06T00:00:00Z 2026-05-04T00:00:00Z 2026-06-01T00:00:00Z",
        "0 0 10 * *; 2026-04-10T00:00:00Z 2026-05-10T00:00:00Z 2026-06-10T00:00:00Z",
        "0 0 * * 1; 2026-04-06T00:00:00Z 2026-04-13T00:00:00Z 2026-04-20T00:00:00Z",
      })
  void dayFieldsAreCombinedAsCronDoes(String cron, String expected) {
    Instant after = Instant.parse("2026-03-31T12:00:00Z");
    assertEquals(expected, joined(times(cron, "UTC", after, 3)));
  }

  /** In Berlin, 2026-03-29: at 02:00 clocks go to 03:00, which is 01:00 UTC. */
  @ParameterizedTest
  @CsvSource({
    "30 2 * * *, 2026-03-28T01:30:00Z 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z",
    "0 3 * * *, 2026-03-28T02:00:00Z 2026-03-29T01:00:00Z 2026-03-30T01:00:00Z",
    "30 1 * * *, 2026-03-28T00:30:00Z 2026-03-29T00:30:00Z 2026-03-29T23:30:00Z",
  })
  void aTimeThatClocksLeaveOutIsTheFirstMomentAfterTheGap(String cron, String expected) {
    Instant after = Instant.parse("2026-03-28T00:00:00Z");
    assertEquals(expected, joined(times(cron, "Europe/Berlin", after, 3)));
  }

  @Test
  void wordsOfCrontabStandForExpressions() {
    Instant after = Instant.parse("2026-12-30T12:00:00Z");
    for (String word : List.of("@daily", "@midnight")) {
      assertEquals("2026-12-31T00:00:00Z", joined(times(word, "UTC", after, 1)));
    }
    for (String word : List.of("@monthly", "@yearly", "@annually")) {
      assertEquals("2027-01-01T00:00:00Z", joined(times(word, "UTC", after, 1)));
    }
    assertEquals("2027-01-03T00:00:00Z", joined(times("@weekly", "UTC", after, 1)));
    assertEquals("2026-12-30T13:00:00Z", joined(times("@hourly", "UTC", after, 1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "30 2 * *; not '30 2 * *', which are 4 fields",
        "@dayly; not '@dayly' (did you mean @daily?), which is 1 field",
        "60 2 31 2 *; not '60 2 31 2 *': '60' is no minute (0 to 59)",
        "0 0 L * x; '0 0 L * x': 'L' is no day of the month (1 to 31), 'x' is no day of the week (0"
            + " to 7)",
        "*/90 * * * *; '*/90' is no minute (0 to 59)",
      })
  void whatIsWrongWithAnExpressionIsSaidByField(String cron, String end) {
    var e = assertThrows(IllegalArgumentException.class, () -> Occurrences.requireExpression(cron));
    assertTrue(e.getMessage().endsWith(end), e::getMessage);
  }

  @Test
  void aWrongZoneIsNamedWithTheNearestOne() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> Occurrences.requireZone("Europe/Berln"));
    assertTrue(
        e.getMessage().endsWith("not 'Europe/Berln' (did you mean Europe/Berlin?)"), e::getMessage);
  }

  @Test
  void allTimesOfAGapAreOneOccurrence() {
    Instant after = Instant.parse("2026-03-29T00:35:00Z");
    assertEquals(
        "2026-03-29T00:40:00Z 2026-03-29T01:00:00Z 2026-03-29T01:20:00Z",
        joined(times("*/20 * * * *", "Europe/Berlin", after, 3)));
  }

  /** In Berlin, 2026-10-25: at 03:00 clocks go back to 02:00, which is 01:00 UTC. */
  @ParameterizedTest
  @CsvSource({
    "30 2 * * *, 2026-10-24T00:30:00Z 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z",
    "0 2 * * *, 2026-10-24T00:00:00Z 2026-10-25T00:00:00Z 2026-10-26T01:00:00Z",
    "0 3 * * *, 2026-10-24T01:00:00Z 2026-10-25T02:00:00Z 2026-10-26T02:00:00Z",
  })
  void aTimeThatComesTwiceIsTheFirstOfBoth(String cron, String expected) {
    Instant after = Instant.parse("2026-10-23T22:00:00Z");
    assertEquals(expected, joined(times(cron, "Europe/Berlin", after, 3)));
  }

  @Test
  void inUtcNoHourIsLeftOutOrRepeated() {
    List<Instant> times = times("0 * * * *", "UTC", Instant.parse("2026-10-24T23:30:00Z"), 5);
    for (int i = 1; i < times.size(); i++) {
      assertEquals(Duration.ofHours(1), Duration.between(times.get(i - 1), times.get(i)));
    }
  }

  @Test
  void aTimeThatNeverComesIsNone() {
    Occurrences never = Occurrences.of(ID, timing("0 0 30 2 *", "UTC", Duration.ZERO));
    assertEquals(Optional.empty(), never.next(Instant.parse("2026-01-01T00:00:00Z")));
    assertNull(
        never.passed(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30 2 * *", "61 2 * * *", "30 2 * * * *", "x y z", "@often"})
  void aWrongExpressionIsRefused(String cron) {
    var wrong =
        assertThrows(
            IllegalArgumentException.class, () -> Occurrences.requireExpression(cron), cron);
    assertTrue(wrong.getMessage().startsWith("minute, hour, day"), wrong.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Occurrences.requireZone("Mars/Base"));
  }

  @Test
  void theSplayOfAnOccurrenceStaysAndDiffersFromThatOfOthers() {
    Duration splay = Duration.ofMinutes(10);
    Occurrences one = Occurrences.of(ID, timing("*/30 * * * *", "UTC", splay));
    Set<Duration> splays = new HashSet<>();
    for (Instant due : times("*/30 * * * *", "UTC", Instant.parse("2026-06-01T00:00:00Z"), 20)) {
      Duration later = Duration.between(due, one.start(due));
      assertFalse(later.isNegative() || later.compareTo(splay) > 0, later.toString());
      assertEquals(
          one.start(due), Occurrences.of(ID, timing("*/30 * * * *", "UTC", splay)).start(due));
      splays.add(later);
    }
    assertTrue(splays.size() > 10, splays.toString());
    Instant due = Instant.parse("2026-06-01T00:30:00Z");
    Occurrences other =
        Occurrences.of(
            UUID.fromString("7c1d4c9e-0000-4000-8000-000000000002"),
            timing("*/30 * * * *", "UTC", splay));
    assertNotEquals(one.start(due), other.start(due));
    Occurrences.Passed passed = one.passed(due.minusSeconds(1), one.start(due).minusSeconds(1));
    assertNull(passed);
    assertEquals(
        new Occurrences.Passed(1, true, due), one.passed(due.minusSeconds(1), one.start(due)));
  }

  @Test
  void thoseThatHavePassedAreCountedUpToALimitAndTheLastIsKnown() {
    Occurrences minutely = Occurrences.of(ID, timing("* * * * *", "UTC", Duration.ZERO));
    Instant begin = Instant.parse("2026-01-01T00:00:30Z");

    assertEquals(
        new Occurrences.Passed(3, true, Instant.parse("2026-01-01T00:03:00Z")),
        minutely.passed(begin, Instant.parse("2026-01-01T00:03:59Z")));
    assertEquals(
        new Occurrences.Passed(1000, false, Instant.parse("2028-01-01T12:00:00Z")),
        minutely.passed(begin, Instant.parse("2028-01-01T12:00:01Z")));
    Occurrences daily = Occurrences.of(ID, timing("0 6 * * *", "UTC", Duration.ZERO));
    assertEquals(
        new Occurrences.Passed(1000, false, Instant.parse("2036-05-05T06:00:00Z")),
        daily.passed(begin, Instant.parse("2036-05-06T05:59:59Z")));
  }

  private static List<Instant> times(String cron, String zone, Instant after, int count) {
    Occurrences all = Occurrences.of(ID, timing(cron, zone, Duration.ZERO));
    List<Instant> times = new ArrayList<>();
    Instant last = after;
    for (int i = 0; i < count; i++) {
      last = all.next(last).orElseThrow();
      times.add(last);
    }
    return times;
  }

  private static String joined(List<Instant> times) {
    return String.join(" ", times.stream().map(Instant::toString).toList());
  }

  private static ScheduleTiming timing(String cron, String zone, Duration splay) {
    return new ScheduleTiming(cron, zone, Missed.RUN_ONCE, Overlap.SKIP, splay);
  }
}
