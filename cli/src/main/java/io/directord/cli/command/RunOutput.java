package io.directord.cli.command;

import io.directord.cli.console.Colour;
import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.follow.Displays;
import io.directord.cli.follow.FoldedOutput;
import io.directord.cli.follow.JobLines;
import io.directord.cli.follow.OutputDirectory;
import io.directord.cli.follow.ProgressBar;
import io.directord.cli.follow.ResultLines;
import io.directord.cli.follow.Run;
import io.directord.cli.follow.RunDisplay;
import io.directord.cli.follow.Senders;
import io.directord.cli.follow.Show;
import io.directord.cli.follow.StreamedOutput;
import io.directord.cli.output.OutputFormat;
import io.directord.common.api.EventFilter;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a followed run prints to standard output and into files, by the options. */
final class RunOutput {
  private final FollowOptions options;
  private final Console console;
  private final Run run;
  private final List<RunDisplay> displays = new ArrayList<>();
  private ResultLines lines;
  private FoldedOutput folded;
  private Senders senders;
  private JobLines jobLines;
  private OutputDirectory directory;

  /** Throws {@link Failure} if the directory for output cannot be used. */
  RunOutput(FollowOptions options, Console console, Run run) throws Failure {
    this.options = options;
    this.console = console;
    this.run = run;
    if (options.directory != null) {
      try {
        directory = OutputDirectory.of(options.directory, options.show);
      } catch (OutputDirectory.UnusableException e) {
        throw new Failure(ErrorCode.WRONG_USAGE, "--output-dir: " + e.getMessage(), e);
      }
      displays.add(directory);
    }
    if (drawsBar()) {
      displays.add(
          new ProgressBar(
              console.out(), console.terminal(), System::nanoTime, run, options.transfer));
    }
    addForm();
  }

  private void addForm() {
    if (options.format == OutputFormat.JSONL) {
      lines = new ResultLines(console.out(), options.show);
      displays.add(lines);
    } else if (options.fold) {
      folded = new FoldedOutput(options.show, console::coloured);
      displays.add(folded);
    } else if (options.senders) {
      senders = new Senders(options.show);
      displays.add(senders);
    } else if (options.format == OutputFormat.TABLE && options.stream) {
      displays.add(
          new StreamedOutput(
              console.out(),
              console::shown,
              heading -> console.coloured(Colour.CYAN, heading),
              console::error,
              options.show));
    } else if (options.format == OutputFormat.TABLE && !drawsBar() && !options.dryRun) {
      jobLines = new JobLines(console.out(), options.show);
      displays.add(jobLines);
    }
  }

  RunDisplay display() {
    return new Displays(displays);
  }

  /** The events that are shown and no others: with a thousand jobs, successes are most of them. */
  EventFilter.Detail detail() {
    if (options.stream && options.format == OutputFormat.TABLE && options.show == Show.ALL) {
      return EventFilter.Detail.OUTPUT;
    }
    boolean all =
        drawsBar()
            || options.stream
            || options.dryRun
            || lines != null
            || folded != null
            || senders != null;
    return all || directory != null ? EventFilter.Detail.NODES : EventFilter.Detail.FAILURES;
  }

  private boolean drawsBar() {
    return options.format == OutputFormat.TABLE && options.wait && redraws(console);
  }

  /** Whether lines can be drawn and removed again. */
  static boolean redraws(Console console) {
    return console.terminal() != null && console.terminal().canRedraw();
  }

  /** Whether {@link #finish} has printed a line with its title for each job that failed. */
  boolean namesFailed() {
    return printsFew() && JobLines.namesFailed(run, options.show);
  }

  private boolean printsFew() {
    return folded == null && senders == null && drawsBar() && !options.dryRun;
  }

  /** Prints what is shown at the end of the run. */
  void finish() {
    if (folded != null) {
      folded.lines(run, console.columns()).forEach(line -> console.out().println(shown(line)));
    } else if (senders != null) {
      senders.names().forEach(name -> console.out().println(shown(name)));
    } else if (jobLines != null) {
      jobLines.finish(run);
    } else if (options.stream && options.format == OutputFormat.TABLE) {
      JobLines.printUnended(run, console.out(), options.show);
    } else if (printsFew()) {
      JobLines.printFew(run, console, options.show);
    }
  }

  /** Prints the line that sums up a run whose results are lines of JSON. */
  void summarize(Duration time) {
    if (options.summary != null) {
      options.summary.accept(ResultLines.summary(run, time));
    } else if (lines != null) {
      lines.summarize(run, time);
    }
  }

  /** Tells where the output is, if it was put into files. Returns false if not all of it was. */
  boolean tellFiles() {
    if (directory == null) {
      return true;
    }
    if (options.format == OutputFormat.TABLE) {
      console.error(
          "output: " + Counted.of(directory.files(), "file") + " in " + directory.directory());
    }
    if (directory.failure() != null) {
      console.fail(
          ErrorCode.OUTPUT_NOT_WRITTEN,
          "directord: --output-dir: not all was written: " + directory.failure());
    }
    return directory.failure() == null;
  }

  private String shown(String line) {
    return console.shown(line);
  }
}
