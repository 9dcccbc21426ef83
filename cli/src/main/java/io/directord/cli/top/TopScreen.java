package io.directord.cli.top;

import io.directord.cli.console.Colour;
import io.directord.cli.output.Column;
import io.directord.cli.output.Display;
import io.directord.cli.output.Elapsed;
import io.directord.cli.output.Table;
import io.directord.cli.output.Times;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeView;
import io.directord.common.job.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of a screen.
 *
 * @param lines none wider than the screen, as many as it has rows
 * @param chosen index of the line that is highlighted; negative if none is
 * @param cursor column of the cursor in the last line; negative if it is not shown
 */
record TopScreen(List<String> lines, int chosen, int cursor) {
  private static final String KEYS_OF_JOBS =
      "Tab nodes  / filter  s sort  a all  w why  t output  c cancel  ? help  q quit";
  private static final String KEYS_OF_NODES =
      "Tab jobs  / filter  s sort  Enter more  ? help  q quit";
  private static final String KEYS_OF_TEXT = "Esc back  Up, Down, PgUp, PgDn";
  private static final String MARK = "> ";
  private static final String NO_MARK = "  ";

  /** Title and headings of the list. */
  private static final int HEADINGS = 3;

  /** Puts a text into a colour, where colours are wanted. */
  @FunctionalInterface
  interface Paint {
    String in(Colour colour, String text);
  }

  /** Tells the model how many rows its list has. */
  static TopScreen of(TopModel model, int columns, int rows, Paint paint) {
    List<String> lines = new ArrayList<>();
    TopReading now = model.reading();
    if (now == null) {
      lines.add("directord top");
    } else {
      lines.addAll(header(now));
      warnings(now, lines);
    }
    lines.replaceAll(line -> Display.begin(Display.harmless(line), columns));
    if (!model.trouble().isEmpty()) {
      lines.add(paint.in(Colour.RED, Display.begin(Display.harmless(model.trouble()), columns)));
    }
    lines.add("");
    int room = Math.max(1, rows - lines.size() - 1);
    int chosen = -1;
    if (model.pane() != null) {
      model.rows(Math.max(1, room - 1));
      lines.add(paint.in(Colour.CYAN, cut(model.pane().title(), columns)));
      lines.addAll(model.pane().shown(Math.max(0, room - 1), columns));
    } else {
      int listed = Math.max(1, room - HEADINGS);
      model.rows(listed);
      chosen = list(model, columns, listed, lines, paint);
    }
    while (lines.size() < rows - 1) {
      lines.add("");
    }
    List<String> fitted = new ArrayList<>(lines.subList(0, Math.min(lines.size(), rows - 1)));
    String last = cut(lastLine(model), columns - 1);
    fitted.add(model.message().isEmpty() ? last : paint.in(Colour.YELLOW, last));
    int cursor = model.typed() != null || model.asked() != null ? Display.width(last) : -1;
    return new TopScreen(fitted, chosen < fitted.size() - 1 ? chosen : -1, cursor);
  }

  /** The server in four lines. */
  static List<String> header(TopReading now) {
    ServerLoad load = now.load();
    ServerLoad.Work work = load.work();
    List<String> lines = new ArrayList<>();
    lines.add(
        "directord "
            + now.status().version()
            + ", up "
            + Elapsed.text(now.status().uptime())
            + ", at "
            + Times.clock(now.at()));
    lines.add(
        "Nodes    "
            + load.nodes().all()
            + ": "
            + load.nodes().active()
            + " active, "
            + load.nodes().away()
            + " away, "
            + load.nodes().expired()
            + " expired; "
            + load.refused()
            + " refused attempts to join");
    lines.add(
        "Jobs     "
            + work.open()
            + " not ended; waiting "
            + work.queued()
            + ", sent "
            + work.sent()
            + "; runs paused "
            + work.pausedRuns()
            + ", held "
            + work.heldRuns());
    lines.add(
        "Results  "
            + (now.resultsPerSecond() == null ? "-" : rate(now.resultsPerSecond()))
            + " per second; memory "
            + mebibytes(load.memory().heap())
            + (load.memory().heapLimit() > 0 ? " of " + mebibytes(load.memory().heapLimit()) : "")
            + (load.memory().process() > 0
                ? ", process " + mebibytes(load.memory().process())
                : ""));
    return lines;
  }

  private static String rate(double perSecond) {
    return perSecond >= 10 || perSecond == 0
        ? Long.toString(Math.round(perSecond))
        : Double.toString(Math.round(perSecond * 10) / 10.0);
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  private static void warnings(TopReading now, List<String> lines) {
    List<String> warnings = now.status().warnings();
    if (!warnings.isEmpty()) {
      int more = warnings.size() - 1;
      lines.add("Warning  " + (more > 0 ? "(and " + more + " more) " : "") + warnings.get(0));
    }
  }

  /** Returns the index of the chosen line; negative if the list is empty. */
  private static int list(TopModel model, int columns, int rows, List<String> lines, Paint paint) {
    boolean isJobs = model.view() == Listed.JOBS;
    List<JobSummary> jobs = model.jobs();
    int size = isJobs ? jobs.size() : model.nodes().size();
    int first = isJobs ? Math.max(0, model.selected() - rows + 1) : 0;
    int to = Math.min(size, first + rows);
    lines.add(cut(title(model, first, to), columns));
    if (size == 0) {
      lines.add(model.reading() == null ? "Asking the server ..." : "None.");
      return -1;
    }
    List<String> table =
        isJobs
            ? jobs(jobs.subList(first, to), model.reading().at(), columns - MARK.length())
            : nodes(model.nodes().subList(0, to), model.reading().at(), columns - MARK.length());
    for (int i = 0; i < table.size(); i++) {
      int row = i - 2 + first;
      boolean isChosen = i >= 2 && row == model.selected();
      String line = (isChosen ? MARK : NO_MARK) + table.get(i);
      lines.add(
          i < 2
              ? line
              : isJobs
                  ? inColour(jobs.get(row), line, paint)
                  : inColour(model.nodes().get(row), line, paint));
    }
    return lines.size() - table.size() + 2 + model.selected() - first;
  }

  private static String title(TopModel model, int first, int to) {
    boolean isJobs = model.view() == Listed.JOBS;
    int before = isJobs ? first : model.offset();
    int listed =
        isJobs ? model.jobs().size() : model.offset() + model.nodes().size() + model.more();
    String what =
        !isJobs ? "Nodes" : model.ended() ? "The newest jobs" : "Jobs that have not ended";
    StringBuilder title = new StringBuilder(what);
    if (listed > 0) {
      title.append(", ").append(before + 1).append(" to ").append(before + to - first);
      title.append(" of ").append(listed);
    }
    if (isJobs && model.more() > 0) {
      title.append("; ").append(model.more());
      title.append(model.ended() ? " later ones are not read" : " others are not read");
    }
    title.append("; by ").append(model.order());
    if (!model.filter().isEmpty()) {
      title.append("; filter: ").append(model.filter());
    }
    return title.toString();
  }

  /** A table without a limit of its width is for pipes. */
  static List<String> jobs(List<JobSummary> jobs, Instant now, int width) {
    Table table =
        new Table(
            width,
            Column.keep("ID"),
            Column.keep("AGE"),
            Column.dropFirst("USER"),
            Column.cut("JOB"),
            Column.keep("OK"),
            Column.keep("FAIL"),
            Column.keep("LEFT"),
            Column.cut("NOTE"));
    for (JobSummary job : jobs) {
      table.row(
          Display.shortId(job.id()),
          age(job.submittedAt(), now),
          orEmpty(job.origin().submittedBy()),
          line(job.title().line()),
          job.succeeded(),
          job.failed(),
          job.counts().open(),
          line(note(job)));
    }
    return table.lines();
  }

  private static String note(JobSummary job) {
    List<String> notes = new ArrayList<>();
    if (!job.processing()) {
      notes.add("ended");
    }
    if (job.progress().paused() != null) {
      notes.add("paused");
    }
    add(notes, job.progress().held(), "held");
    add(notes, job.progress().notBegun() - job.progress().held(), "not begun");
    add(notes, job.origin().leftOut(), "left out");
    return String.join(", ", notes);
  }

  private static void add(List<String> notes, int count, String what) {
    if (count > 0) {
      notes.add(count + " " + what);
    }
  }

  /** Likewise. */
  static List<String> nodes(List<NodeView> nodes, Instant now, int width) {
    Table table =
        new Table(
            width,
            Column.keep("NODE"),
            Column.keep("STATE"),
            Column.keep("JOBS"),
            Column.keep("HEARD"),
            Column.dropFirst("VERSION"),
            Column.cut("NOTE"));
    for (NodeView node : nodes) {
      table.row(
          line(node.identity()),
          node.state(),
          node.outstanding(),
          node.lastSeen() == null ? "-" : age(node.lastSeen(), now) + " ago",
          line(node.version()),
          line(node.remark()));
    }
    return table.lines();
  }

  private static String inColour(JobSummary job, String line, Paint paint) {
    if (job.failed() > 0) {
      return paint.in(Colour.RED, line);
    }
    return job.progress().paused() != null ? paint.in(Colour.YELLOW, line) : line;
  }

  private static String inColour(NodeView node, String line, Paint paint) {
    return switch (node.state()) {
      case ACTIVE -> line;
      case AWAY -> paint.in(Colour.YELLOW, line);
      case EXPIRED -> paint.in(Colour.RED, line);
    };
  }

  private static String lastLine(TopModel model) {
    if (model.asked() != null) {
      JobSummary job = model.asked();
      return "Cancel " + Display.shortId(job.id()) + " " + job.title().line() + "? [y/N] ";
    }
    if (model.typed() != null) {
      return (model.view() == Listed.JOBS ? "Jobs with the text: " : "Nodes of the target: ")
          + model.typed();
    }
    if (!model.message().isEmpty()) {
      return model.message();
    }
    if (model.pane() != null) {
      return KEYS_OF_TEXT;
    }
    return model.view() == Listed.JOBS ? KEYS_OF_JOBS : KEYS_OF_NODES;
  }

  /** The two clocks may differ. */
  private static String age(Instant since, Instant now) {
    Duration age = Duration.between(since, now);
    return Span.text(age.isNegative() ? Duration.ZERO : age);
  }

  /** A row of a table is one line. */
  private static String line(String text) {
    return text == null ? "" : text.replaceAll("\\R", " ");
  }

  private static String cut(String line, int columns) {
    return Display.begin(Display.harmless(line), columns);
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}
