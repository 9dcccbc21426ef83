package io.directord.cli.output;

import io.directord.common.api.Analysis;
import io.directord.common.api.JobView;
import io.directord.common.job.Job;
import io.directord.common.orchestration.Plan;
import io.directord.common.python.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The tables of the original, with its headings and totals. */
public final class Tables {
  private Tables() {}

  /**
   * Lines for {@code manage --job-info} outside a terminal.
   *
   * @param asked the id as given
   */
  public static List<String> job(JobView job, String asked) {
    Table table = new Table(Table.UNLIMITED, Column.keep("KEY"), Column.wrap("VALUE"));
    table.row("ID", asked);
    Exported.job(job).properties().forEach(row -> table.row(row.getKey(), cell(row.getValue())));
    return withTotals(table);
  }

  /**
   * Lines for {@code manage --analyze-job} and its like.
   *
   * @param asked the id as given
   */
  public static List<String> analysis(Analysis analysis, String asked, int width) {
    Table table = new Table(width, Column.keep("KEY"), Column.wrap("VALUE"));
    table.row("ID", asked);
    table.row("ACTUAL_RUNTIME", Times.seconds(analysis.actualRuntime()));
    table.row("COMBINED_EXECUTION_TIME", Times.seconds(analysis.combinedExecutionTime()));
    table.row("FASTEST_NODE_EXECUTION", orEmpty(analysis.extremes().fastestNodeExecution()));
    table.row("FASTEST_NODE_ROUNDTRIP", orEmpty(analysis.extremes().fastestNodeRoundtrip()));
    table.row("SLOWEST_NODE_EXECUTION", orEmpty(analysis.extremes().slowestNodeExecution()));
    table.row("SLOWEST_NODE_ROUNDTRIP", orEmpty(analysis.extremes().slowestNodeRoundtrip()));
    table.row("TOTAL_AVG_EXECUTION_TIME", Times.seconds(analysis.totalAvgExecutionTime()));
    table.row("TOTAL_FAILURES", analysis.totals().totalFailures());
    table.row("TOTAL_JOBS", analysis.totals().totalJobs());
    table.row("TOTAL_NODE_COUNT", analysis.totals().totalNodeCount());
    table.row("TOTAL_SUCCESSES", analysis.totals().totalSuccesses());
    return withTotals(table);
  }

  /** Lines for {@code orchestrate --finger-print}. */
  public static List<String> fingerprints(Plan plan, int width) {
    boolean named = plan.jobs().stream().anyMatch(job -> job.name() != null);
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.drop("count"),
                Column.cut("parent"),
                Column.keep("verb"),
                Column.cut("exec")));
    if (named) {
      columns.add(Column.cut("name"));
    }
    columns.add(Column.keep("job"));
    Table table = new Table(width, columns.toArray(Column[]::new));
    for (Plan.PlannedJob planned : plan.planned()) {
      Job job = planned.job();
      List<Object> row =
          new ArrayList<>(
              List.of(table.size(), job.parent().title(), job.verb(), planned.excerpt()));
      if (named) {
        row.add(orEmpty(job.name()));
      }
      row.add(job.fingerprint());
      table.row(row.toArray());
    }
    List<String> lines = table.lines();
    addNote(table, lines);
    return lines;
  }

  /** Lines for a single value, such as that of {@code manage --purge-jobs}. */
  public static List<String> pair(String key, String value, int width) {
    Table table = new Table(width, Column.keep("KEY"), Column.wrap("VALUE"));
    table.row(key, value);
    return withTotals(table);
  }

  static List<String> withTotals(Table table) {
    List<String> lines = table.lines();
    lines.add("");
    lines.add("Total Items: " + table.size());
    addNote(table, lines);
    return lines;
  }

  static void addNote(Table table, List<String> lines) {
    if (!table.isWhole()) {
      lines.add("(Too wide for this terminal: --output yaml shows the rest.)");
    }
  }

  /** The text of a cell; a list or a map has a line per element. */
  private static String cell(JsonNode value) {
    if (value.isObject()) {
      return value.properties().stream()
          .map(entry -> entry.getKey() + " = " + PythonText.plain(entry.getValue()))
          .collect(Collectors.joining("\n"));
    }
    if (value.isArray()) {
      return value.values().stream().map(PythonText::plain).collect(Collectors.joining("\n"));
    }
    return PythonText.plain(value);
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}
