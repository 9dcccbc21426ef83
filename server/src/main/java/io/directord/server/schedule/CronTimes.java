package io.directord.server.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
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

/**
 * The times of an expression as of {@code crontab(5)} in a zone. A local time that the zone leaves
 * out, when clocks go forward, stands for the first moment after the gap; one that comes twice,
 * when they go back, for the first of both.
 */
final class CronTimes {
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
    try {
      return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
          .parse(expression);
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
