package io.directord.cli.output;

import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTitle;
import io.directord.common.api.RunCounts;
import io.directord.common.job.Parent;
import io.directord.common.python.PythonText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Jobs, one per line, the newest last. People at a terminal see what was done, by whom and how it
 * ended; scripts get the original's columns first.
 */
public final class JobTable {
  private static final int SHORT_ID = 8;

  private JobTable() {}

  /**
   * Lines for {@code manage --list-jobs}.
   *
   * @param older whether there are older jobs
   * @param width of the terminal; {@link Table#UNLIMITED} if there is none
   */
  public static List<String> of(List<JobSummary> jobs, boolean older, int width) {
    return width == Table.UNLIMITED ? forScripts(jobs) : forPeople(jobs, older, width);
  }

  private static List<String> forPeople(List<JobSummary> jobs, boolean older, int width) {
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.keep("ID"),
                Column.keep("WHEN"),
                Column.dropFirst("USER"),
                Column.cut("JOB"),
                Column.keep("OK"),
                Column.drop("CHG"),
                Column.drop("SKIP"),
                Column.keep("FAIL"),
                Column.keep("LEFT")));
    boolean noted = jobs.stream().anyMatch(job -> !note(job).isEmpty());
    if (noted) {
      columns.add(Column.cut("NOTE"));
    }
    Table table = new Table(width, columns.toArray(Column[]::new));
    int idLength = distinctLength(jobs);
    for (JobSummary job : jobs) {
      RunCounts runs = job.counts().runs();
      List<Object> cells =
          new ArrayList<>(
              List.of(
                  job.id().toString().substring(0, idLength),
                  Times.shortMoment(job.submittedAt()),
                  orEmpty(job.origin().submittedBy()),
                  job.title().line(),
                  job.counts().done(),
                  runs.knowsChanges() ? runs.changed() : "-",
                  job.counts().skipped(),
                  job.failed(),
                  job.counts().open()));
      if (noted) {
        cells.add(note(job));
      }
      table.row(cells.toArray());
    }
    List<String> lines = table.lines();
    lines.add("");
    String count = jobs.size() + (jobs.size() == 1 ? " job" : " jobs");
    lines.add(older ? "The newest " + count + "; --limit 0 shows all." : count);
    if (!table.leftOut().isEmpty()) {
      lines.add(
          "(Too narrow for " + String.join(", ", table.leftOut()) + ": --output yaml has all.)");
    }
    lines.add("(Counts are of nodes, - is unknown; --job-info ID has the rest.)");
    return lines;
  }

  /** What is seldom the case. */
  private static String note(JobSummary job) {
    List<String> notes = new ArrayList<>();
    if (job.dryRun()) {
      notes.add("dry run");
    }
    if (job.progress().paused() != null) {
      notes.add("paused");
    }
    add(notes, "held", job.progress().held());
    add(notes, "left out", job.origin().leftOut());
    add(notes, "lost", job.counts().lost() - job.counts().resultsLost());
    add(notes, "not delivered", job.title().undelivered());
    add(notes, "retried", job.counts().runs().retried());
    add(notes, "cut", job.counts().runs().cut());
    add(notes, "results lost", job.counts().resultsLost());
    return String.join(", ", notes);
  }

  private static void add(List<String> notes, String what, int count) {
    if (count > 0) {
      notes.add(count + " " + what);
    }
  }

  /** The number of characters that makes the ids unambiguous. */
  private static int distinctLength(List<JobSummary> jobs) {
    int length = SHORT_ID;
    while (true) {
      Set<String> seen = new HashSet<>();
      int end = length;
      if (jobs.stream().allMatch(job -> seen.add(job.id().toString().substring(0, end)))) {
        return length;
      }
      length++;
    }
  }

  private static List<String> forScripts(List<JobSummary> jobs) {
    Table table =
        new Table(
            Table.UNLIMITED,
            Column.keep("ID"),
            Column.keep("PARENT_JOB_NAME"),
            Column.keep("VERB"),
            Column.keep("EXECUTION_TIME"),
            Column.keep("PROCESSING"),
            Column.keep("SUCCESS"),
            Column.keep("FAILED"),
            Column.keep("SKIPPED"),
            Column.keep("SUBMITTED"),
            Column.keep("USER"),
            Column.keep("JOB"),
            Column.keep("LEFT_OUT"),
            Column.keep("CHANGED"),
            Column.keep("RETRIED"),
            Column.keep("CUT"),
            Column.keep("RESULTS_LOST"),
            Column.keep("UNDELIVERED"),
            Column.keep("DRY_RUN"),
            Column.keep("NOT_BEGUN"),
            Column.keep("HELD"),
            Column.keep("PAUSED"),
            Column.keep("LOST"));
    for (JobSummary job : jobs) {
      table.row(
          job.id(),
          parent(job.parent()),
          job.verb(),
          Times.seconds(job.executionTime()),
          PythonText.of(job.processing()),
          job.succeeded(),
          job.failed(),
          job.counts().skipped(),
          Times.moment(job.submittedAt()),
          orEmpty(job.origin().submittedBy()),
          words(job.title()),
          job.origin().leftOut(),
          job.counts().runs().changed(),
          job.counts().runs().retried(),
          job.counts().runs().cut(),
          job.counts().resultsLost(),
          job.title().undelivered(),
          PythonText.of(job.dryRun()),
          job.progress().notBegun(),
          job.progress().held(),
          orEmpty(job.progress().paused()),
          job.counts().lost());
    }
    return Tables.withTotals(table);
  }

  /** A name, or an id that {@code --analyze-parent} takes. */
  private static String parent(Parent parent) {
    return parent.name() != null ? parent.name() : parent.id().toString();
  }

  private static String words(JobTitle title) {
    return title.name() != null ? title.name() : orEmpty(title.text());
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}
