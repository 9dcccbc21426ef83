package io.directord.server.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
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
    String[] fields = expression.strip().split("\\s+");
    boolean isStepped =
        fields.length == 5
            && Stream.of(fields[2], fields[4]).anyMatch(field -> field.contains("*"));
    try {
      return new CronParser(isStepped ? BOTH_DAYS : EITHER_DAY).parse(expression);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "minute, hour, day of the month, month and day of the week are expected, such as"
              + " '30 2 * * *': "
              + e.getMessage(),
          e);
    }
  }

  static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "a time zone is expected, such as Europe/Berlin or UTC", e);
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
