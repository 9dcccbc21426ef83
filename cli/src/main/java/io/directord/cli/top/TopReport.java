package io.directord.cli.top;

import io.directord.cli.console.Console;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.cli.output.Table;
import io.directord.common.api.Bodies;
import io.directord.common.api.JobFilter;
import io.directord.common.api.JobOrder;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOrder;
import io.directord.common.api.ServerConnection;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** The server at every interval, one table or line of JSON after the other, for pipes and files. */
public final class TopReport {
  /** Nodes that are listed; the header counts all. */
  private static final int MAX_NODES = 1000;

  private final TopReader reader;
  private final Console console;
  private final Duration interval;
  private final Wanted wanted;
  private final String text;
  private boolean away;

  public TopReport(ServerConnection server, Console console, Duration interval, TopFilter filter) {
    this.reader = new TopReader(server);
    this.console = console;
    this.interval = interval;
    this.wanted =
        new Wanted(
            filter.view(),
            false,
            new JobFilter(JobOrder.AGE, filter.text()),
            filter.target(),
            NodeOrder.STATE,
            0,
            MAX_NODES);
    this.text = filter.text();
  }

  /**
   * Prints until it has done so often enough, or nobody reads it.
   *
   * @param count how often; 0 for no end
   * @throws IOException if the server cannot be reached at the beginning, or refuses this; later
   *     that is said on standard error, and it goes on when it can
   */
  public void run(long count, OutputFormat format) throws IOException, InterruptedException {
    print(reader.read(wanted), format);
    for (long printed = 1; printed != count && !console.out().checkError(); ) {
      Thread.sleep(interval.toMillis());
      if (printedAgain(format)) {
        printed++;
      }
    }
  }

  private boolean printedAgain(OutputFormat format) {
    try {
      TopReading read = reader.read(wanted);
      if (away) {
        console.error("Connected to the server again.");
      }
      away = false;
      print(read, format);
      return true;
    } catch (IOException e) {
      if (!away) {
        console.error("Reconnecting: " + IoErrors.sayWhere(e));
      }
      away = true;
      return false;
    }
  }

  private void print(TopReading read, OutputFormat format) {
    PrintStream out = console.out();
    Bodies.Jobs jobs =
        read.jobs() == null
            ? null
            : new Bodies.Jobs(TopModel.with(text, read.jobs().jobs()), read.jobs().more());
    if (format == OutputFormat.JSONL) {
      out.print(
          Structured.text(
              new TopReading(
                  read.at(),
                  read.status(),
                  read.load(),
                  read.resultsPerSecond(),
                  jobs,
                  read.nodes()),
              format));
    } else {
      TopScreen.header(read).forEach(out::println);
      out.println();
      list(read, jobs).forEach(out::println);
      out.println();
    }
    out.flush();
  }

  private static List<String> list(TopReading read, Bodies.Jobs jobs) {
    if (jobs == null) {
      List<String> lines = TopScreen.nodes(read.nodes().nodes(), read.at(), Table.UNLIMITED);
      return withRest(lines, read.nodes().more(), "more nodes");
    }
    List<JobSummary> listed = jobs.jobs();
    return withRest(
        TopScreen.jobs(listed, read.at(), Table.UNLIMITED),
        jobs.more(),
        "later jobs that have not ended");
  }

  private static List<String> withRest(List<String> lines, int more, String what) {
    if (more > 0) {
      lines.add("and " + more + " " + what);
    }
    return lines;
  }
}
