package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.top.Listed;
import io.directord.cli.top.TopFilter;
import io.directord.cli.top.TopLoop;
import io.directord.cli.top.TopReport;
import io.directord.common.api.ApiException;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import io.directord.common.job.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Shows what the server does, and goes on showing it. */
final class TopMode implements Mode {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);
  private static final Duration MIN_INTERVAL = Duration.ofMillis(500);

  private String interval;
  private Integer count;
  private Listed view = Listed.JOBS;
  private String target;
  private String text = "";
  private OutputFormat format = OutputFormat.TABLE;
  private Consumer<String> busy = line -> {};

  @Override
  public Spec spec() {
    return Spec.of("top", this)
        .usage(
            "directord top [options]",
            "Shows what the server does: its nodes by state, the jobs that have not ended, results"
                + " per second and memory. At a terminal it is a screen with keys, which ? explains;"
                + " in a pipe, a table at every interval.")
        .option(
            "--interval",
            "TIME",
            "How often the server is asked: 2s, 1m. At least 0.5s. Default: 2s.",
            given -> interval = given)
        .count(
            "--count",
            "NUMBER",
            "Print so many tables and end; no screen then. 0: no end.",
            given -> count = given)
        .choice(
            "--view",
            "WHICH",
            Listed.class,
            "What is listed: jobs or nodes. Default: jobs.",
            given -> view = given)
        .option(
            "--target",
            "EXPR",
            "List only nodes that this target stands for, such as 'web-*'.",
            given -> target = given)
        .option(
            "--filter",
            "TEXT",
            "List only jobs with this text in their id, parent, user or words.",
            given -> text = given)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "table, or jsonl: a line of JSON at every interval; no screen then. Default: table.",
            given -> format = given)
        .examples(
            "  directord top",
            "  directord top --view nodes --target '@role=web'",
            "  directord top --count 1",
            "  directord top --interval 10s --output jsonl >> top.jsonl");
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    if (format != OutputFormat.TABLE && format != OutputFormat.JSONL) {
      throw Failure.usage("top: --output: table or jsonl is expected, not " + format);
    }
    Duration every = every();
    TopFilter filter = new TopFilter(view, target, text);
    ServerConnection server =
        new ServerConnection(Servers.of(settings), new BusyServer(line -> busy.accept(line)));
    try {
      boolean wantsScreen =
          console.terminal() != null && count == null && format == OutputFormat.TABLE;
      if (wantsScreen && console.terminal().canRedraw()) {
        TopLoop loop = new TopLoop(server, console, every, filter);
        busy = loop::note;
        if (loop.run()) {
          return ExitStatus.OK;
        }
      }
      if (wantsScreen) {
        console.error(
            "directord: this terminal cannot be used as a screen (TERM is dumb, or standard input"
                + " is not a terminal): tables are printed instead");
      }
      busy = console::error;
      new TopReport(server, console, every, filter).run(count == null ? 0 : count, format);
    } catch (ApiException e) {
      throw Failure.refused("top", e);
    }
    return ExitStatus.OK;
  }

  private Duration every() throws Failure {
    try {
      Duration every = interval == null ? DEFAULT_INTERVAL : Span.parse(interval);
      if (every.compareTo(MIN_INTERVAL) < 0) {
        throw Failure.usage("top: --interval: at least 0.5s is expected, not " + interval);
      }
      return every;
    } catch (IllegalArgumentException e) {
      throw Failure.usage("top: --interval: " + e.getMessage());
    }
  }
}
