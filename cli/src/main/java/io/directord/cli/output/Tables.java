package io.directord.cli.output;

import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.orchestration.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The tables that there are, with the original's headings and totals. */
public final class Tables {
  private Tables() {}

  /** Lines for {@code manage --list-nodes}. */
  public static List<String> nodes(List<NodeView> nodes, int width) {
    Table table =
        new Table(
            Column.keep("ID"),
            Column.keep("EXPIRY"),
            Column.drop("VERSION"),
            Column.drop("HOST_UPTIME"),
            Column.keep("AGENT_UPTIME"),
            Column.cut("MACHINE_ID"),
            Column.drop("DRIVER"));
    double expiries = 0;
    for (NodeView node : nodes) {
      double expiry = node.expiry().toMillis() / 1000.0;
      expiries += expiry;
      table.row(
          node.identity(),
          decimals(expiry),
          node.version(),
          Times.uptime(node.hostUptime()),
          Times.uptime(node.agentUptime()),
          node.machineId(),
          node.driver());
    }
    return withTotals(table, width, "Total EXPIRY: " + decimals(expiries));
  }

  /** Lines for {@code manage --list-jobs}. */
  public static List<String> jobs(List<JobSummary> jobs, int width) {
    Table table =
        new Table(
            Column.keep("ID"),
            Column.cut("PARENT_JOB_NAME"),
            Column.keep("VERB"),
            Column.drop("EXECUTION_TIME"),
            Column.drop("PROCESSING"),
            Column.keep("SUCCESS"),
            Column.keep("FAILED"));
    for (JobSummary job : jobs) {
      table.row(
          job.id(),
          job.parent().title(),
          job.verb(),
          Times.seconds(job.executionTime()),
          PythonText.of(job.processing()),
          job.succeeded(),
          job.failed());
    }
    return withTotals(table, width);
  }

  /**
   * Lines for {@code manage --job-info}.
   *
   * @param asked the id as it was asked for
   */
  public static List<String> job(JobView job, String asked, int width) {
    JobSummary summary = job.summary();
    Table table = new Table(Column.keep("KEY"), Column.wrap("VALUE"));
    table.row("ID", asked);
    table.row("JOB_ID", summary.id());
    table.row("JOB_DEFINITION", definition(job));
    table.row("JOB_SHA3_224", summary.fingerprint());
    table.row("JOB_NAME", summary.name() == null ? summary.fingerprint() : summary.name());
    table.row("PARENT_JOB_ID", summary.parent().id());
    table.row("PARENT_JOB_NAME", summary.parent().title());
    table.row("VERB", summary.verb());
    table.row("COMPONENT_TIMESTAMP", Times.moment(latest(job, NodeOutcome::startedAt)));
    table.row("INFO", byNode(job, NodeOutcome::info));
    table.row("PROCESSING", PythonText.of(summary.processing()));
    table.row("RETURN_TIMESTAMP", Times.moment(summary.endedAt()));
    table.row("STDERR", byNode(job, NodeOutcome::stderr));
    table.row("STDOUT", byNode(job, NodeOutcome::stdout));
    table.row("ROUNDTRIP_TIME", Times.seconds(summary.roundtripTime()));
    table.row("EXECUTION_TIME", Times.seconds(summary.executionTime()));
    table.row("SUCCESS", names(job, n -> n.ended() && n != NodeOutcome.State.FAILED));
    table.row("FAILED", names(job, n -> n == NodeOutcome.State.FAILED));
    return withTotals(table, width);
  }

  /** Lines for {@code orchestrate --finger-print}. */
  public static List<String> fingerprints(Plan plan, int width) {
    Table table =
        new Table(
            Column.keep("count"),
            Column.cut("parent"),
            Column.keep("verb"),
            Column.cut("exec"),
            Column.keep("job"));
    for (Plan.PlannedJob planned : plan.planned()) {
      table.row(
          table.size(),
          planned.job().parent().title(),
          planned.job().verb(),
          planned.excerpt(),
          planned.job().title());
    }
    return table.lines(width);
  }

  /** Lines for what has one answer, such as {@code manage --purge-jobs}. */
  public static List<String> pair(String key, String value, int width) {
    Table table = new Table(Column.keep("KEY"), Column.wrap("VALUE"));
    table.row(key, value);
    return withTotals(table, width);
  }

  private static List<String> withTotals(Table table, int width, String... totals) {
    List<String> lines = table.lines(width);
    lines.add("");
    lines.add("Total Items: " + table.size());
    lines.addAll(List.of(totals));
    return lines;
  }

  private static String definition(JobView job) {
    return job.definition().properties().stream()
        .map(entry -> entry.getKey() + " = " + PythonText.of(entry.getValue()))
        .collect(Collectors.joining("\n"));
  }

  private static String byNode(JobView job, Function<NodeOutcome, String> part) {
    return job.nodes().stream()
        .filter(node -> part.apply(node) != null && !part.apply(node).isBlank())
        .map(node -> node.node() + " = " + part.apply(node).stripTrailing())
        .collect(Collectors.joining("\n"));
  }

  private static String names(JobView job, Predicate<NodeOutcome.State> which) {
    return job.nodes().stream()
        .filter(node -> which.test(node.state()))
        .map(NodeOutcome::node)
        .collect(Collectors.joining("\n"));
  }

  private static Instant latest(JobView job, Function<NodeOutcome, Instant> time) {
    return job.nodes().stream()
        .map(time)
        .filter(Objects::nonNull)
        .max(Instant::compareTo)
        .orElse(null);
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
