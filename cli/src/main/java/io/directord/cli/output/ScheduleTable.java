package io.directord.cli.output;

import io.directord.common.api.JobTitle;
import io.directord.common.api.ScheduleEntry;
import io.directord.common.api.ScheduleInfo;
import io.directord.common.api.ScheduleTiming;
import io.directord.common.api.ScheduleView;
import io.directord.common.job.JobJson;
import io.directord.common.job.Span;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Lines for {@code schedule list}, {@code show} and {@code history}; times are in its zone. */
public final class ScheduleTable {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT);

  private ScheduleTable() {}

  /** A list of them. */
  public static List<String> of(List<ScheduleView> schedules, int width) {
    if (schedules.isEmpty()) {
      return List.of("There are no schedules.");
    }
    Table table =
        new Table(
            width,
            Column.keep("NAME"),
            Column.keep("CRON"),
            Column.drop("ZONE"),
            Column.keep("NEXT"),
            Column.keep("STATE"),
            Column.cut("LAST"));
    for (ScheduleView one : schedules) {
      ScheduleEntry last = one.status().last();
      table.row(
          one.name(),
          one.timing().cron(),
          one.timing().zone(),
          next(one),
          state(one),
          last == null ? "" : what(last));
    }
    return Tables.withTotals(table);
  }

  private static String next(ScheduleView one) {
    Instant next = one.status().next();
    return next == null ? "" : time(next, one.timing().zone());
  }

  private static String state(ScheduleView one) {
    String state = one.status().paused() ? "paused" : "active";
    return one.status().running() ? state + ", running" : state;
  }

  private static String what(ScheduleEntry entry) {
    return entry.what().name() + (entry.count() > 1 ? " " + entry.count() : "");
  }

  /** All about one. */
  public static List<String> of(ScheduleInfo info, int width) {
    ScheduleView one = info.schedule();
    ScheduleTiming timing = one.timing();
    Table table = new Table(width, Column.keep("KEY"), Column.wrap("VALUE"));
    table.row("NAME", one.name());
    table.row("CRON", timing.cron());
    table.row("ZONE", timing.zone());
    table.row("MISSED", timing.missed());
    table.row("OVERLAP", timing.overlap());
    table.row("SPLAY", Span.text(timing.splay()));
    table.row("NEXT", next(one));
    table.row("STATE", state(one));
    table.row("CREATED_BY", one.createdBy());
    table.row("CREATED_AT", time(one.createdAt(), timing.zone()));
    table.row("LIMIT", String.join(", ", info.limit()));
    table.row("JOBS", info.definitions().stream().map(ScheduleTable::job).collect(lines()));
    return table.lines();
  }

  private static String job(ObjectNode definition) {
    return JobTitle.of(JobJson.read(definition)).line();
  }

  private static Collector<CharSequence, ?, String> lines() {
    return Collectors.joining("\n");
  }

  /** What became of its occurrences. */
  public static List<String> history(ScheduleInfo info, int width) {
    if (info.history().isEmpty()) {
      return List.of("Schedule " + info.schedule().name() + " has started nothing yet.");
    }
    Table table =
        new Table(
            width,
            Column.keep("DUE"),
            Column.keep("WHAT"),
            Column.keep("COUNT"),
            Column.wrap("RUN"),
            Column.wrap("INFO"));
    for (ScheduleEntry entry : info.history()) {
      List<String> runs = new ArrayList<>();
      for (UUID run : entry.runs()) {
        runs.add(run.toString());
      }
      table.row(
          time(entry.due(), info.schedule().timing().zone()),
          entry.what(),
          entry.count(),
          String.join("\n", runs),
          entry.info());
    }
    return Tables.withTotals(table);
  }

  /** To the second, in that zone, with its offset. */
  public static String time(Instant instant, String zone) {
    return TIME.format(instant.atZone(ZoneId.of(zone)));
  }
}
