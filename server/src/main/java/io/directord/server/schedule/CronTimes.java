package io.directord.server.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The times of an expression as of {@code crontab(5)} in a zone. A local time that the zone leaves
 * out, when clocks go forward, stands for the first moment after the gap; one that comes twice,
 * when they go back, for the first of both.
 */
final class CronTimes {
  private static final CronDefinition EITHER_DAY =
      CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX);

  /** For a day field with a star: the other one must match too. */
  private static final CronDefinition BOTH_DAYS =
      new CronDefinition(
          List.copyOf(EITHER_DAY.getFieldDefinitions()),
          EITHER_DAY.getCronConstraints(),
          EITHER_DAY.getCronNicknames(),
          true);

  /** What is expected, in their order. */
  private static final List<String> FIELDS =
      List.of(
          "minute (0 to 59)",
          "hour (0 to 23)",
          "day of the month (1 to 31)",
          "month (1 to 12)",
          "day of the week (0 to 7)");

  private static final Map<String, String> NICKNAMES =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *");

  private final ExecutionTime times;
  private final ZoneId zone;

  private CronTimes(ExecutionTime times, ZoneId zone) {
    this.times = times;
    this.zone = zone;
  }

  /**
   * @throws IllegalArgumentException saying what is wrong
   */
  static CronTimes parse(String expression, String zone) {
    return new CronTimes(ExecutionTime.forCron(cron(expression)), zone(zone));
  }

  private static Cron cron(String expression) {
    String meant = NICKNAMES.getOrDefault(expression.strip(), expression.strip());
    List<String> fields = List.of(meant.split("\\s+"));
    if (fields.size() != FIELDS.size()) {
      throw new IllegalArgumentException(
          expected(expression)
              + ", which "
              + (fields.size() == 1 ? "is 1 field" : "are " + fields.size() + " fields"));
    }
    boolean isStepped =
        Stream.of(fields.get(2), fields.get(4)).anyMatch(field -> field.contains("*"));
    try {
      return new CronParser(isStepped ? BOTH_DAYS : EITHER_DAY).parse(meant);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(expected(expression) + wrong(fields), e);
    }
  }

  private static String expected(String expression) {
    return "minute, hour, day of the month, month and day of the week are expected, such as"
        + " '30 2 * * *', not "
        + Quoted.of(expression)
        + (expression.strip().startsWith("@")
            ? Nearest.hint(expression.strip(), NICKNAMES.keySet())
            : "");
  }

  /** Names the fields that are wrong by themselves. */
  private static String wrong(List<String> fields) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < FIELDS.size(); i++) {
      List<String> alone = new ArrayList<>(Collections.nCopies(FIELDS.size(), "*"));
      alone.set(i, fields.get(i));
      try {
        new CronParser(EITHER_DAY).parse(String.join(" ", alone));
      } catch (IllegalArgumentException e) {
        wrong.add(Quoted.of(fields.get(i)) + " is no " + FIELDS.get(i));
      }
    }
    return wrong.isEmpty() ? "" : ": " + String.join(", ", wrong);
  }

  static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "a time zone is expected, such as Europe/Berlin or UTC, not "
              + Quoted.of(name)
              + Nearest.hint(name, ZoneId.getAvailableZoneIds()),
          e);
    }
  }

  /** The first time after that; empty if there is none in the next decades. */
  Optional<Instant> next(Instant after) {
    LocalDateTime local = LocalDateTime.ofInstant(after, zone);
    while (true) {
      // As if clocks never changed, which is what the expression means.
      var next = times.nextExecution(local.atZone(ZoneOffset.UTC));
      if (next.isEmpty()) {
        return Optional.empty();
      }
      local = next.get().toLocalDateTime();
      Instant moment = moment(local);
      if (moment.isAfter(after)) {
        return Optional.of(moment);
      }
    }
  }

  private Instant moment(LocalDateTime local) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    return offsets.isEmpty()
        ? zone.getRules().getTransition(local).getInstant()
        : local.toInstant(offsets.get(0));
  }
}
