package io.directord.cli.command;

import io.directord.cli.console.Colour;
import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.follow.DryRunText;
import io.directord.cli.follow.FailureText;
import io.directord.cli.follow.Interruption;
import io.directord.cli.follow.NodeNotices;
import io.directord.cli.follow.Recap;
import io.directord.cli.follow.Run;
import io.directord.cli.follow.RunDisplay;
import io.directord.cli.follow.RunFollower;
import io.directord.cli.follow.RunFollower.SubmissionCall;
import io.directord.cli.follow.SkipText;
import io.directord.cli.follow.UploadLine;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.common.api.ApiException;
import io.directord.common.api.Receipt;
import io.directord.common.api.ServerConnection;
import io.directord.common.api.UploadProgress;
import io.directord.common.config.Settings;
import io.directord.common.job.Job;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Submits jobs to the server, follows them to their end if requested, and prints the results. */
final class RunCommand {
  private final ServerConnection server;
  private final Console console;
  private final FollowOptions options;
  private NodeNotices notices;

  RunCommand(Settings settings, Console console, FollowOptions options)
      throws Failure, IOException {
    this.server =
        new ServerConnection(Servers.of(settings), new BusyServer(line -> notices.say(line)));
    this.console = console;
    this.options = options;
    this.notices = new NodeNotices(console, RunDisplay.NONE);
  }

  ServerConnection server() {
    return server;
  }

  /**
   * Runs them.
   *
   * @param jobs as the server will know them
   * @param submission submits them; called once
   * @return the exit status
   */
  int run(List<Job> jobs, SubmissionCall submission)
      throws Failure, IOException, InterruptedException {
    if (!options.follows()) {
      if (options.strict) {
        console.error(
            "directord: --strict does nothing for what becomes of the jobs without --poll, --wait or"
                + " --stream: only nodes and files that are left out count");
      }
      Receipt receipt = submission.submit();
      received(receipt.jobs());
      notices.taken(receipt);
      Run taken = new Run(jobs);
      taken.taken(receipt);
      return strictly(ExitStatus.OK, taken);
    }
    Run run = new Run(jobs);
    long begin = System.nanoTime();
    return follow(run, submission, () -> Duration.ofNanos(System.nanoTime() - begin));
  }

  /**
   * Follows jobs that the server has already.
   *
   * @return the exit status
   */
  int watch(WatchedJobs watched) throws Failure, IOException, InterruptedException {
    Run run = new Run(watched.jobs());
    return follow(run, watched::receipt, () -> run.timeSince(watched.submittedAt()));
  }

  /**
   * @param time how long the run took, asked at its end
   */
  private int follow(Run run, SubmissionCall submission, Supplier<Duration> time)
      throws Failure, IOException, InterruptedException {
    RunOutput output = new RunOutput(options, console, run);
    RunDisplay display = output.display();
    notices = new NodeNotices(console, display);
    new Interruption(console, server, run, display, options.rest).install();
    try {
      new RunFollower(server, run, display, notices, output.detail())
          .follow(submission, options.limit());
    } catch (Failure e) {
      if (run.isTaken()) {
        document(run, e);
        output.finish();
        recap(run, output, time.get());
      }
      throw e;
    }
    int status;
    try {
      status = finish(run, output);
    } catch (ApiException e) {
      throw e;
    } catch (IOException e) {
      recap(run, output, time.get());
      throw new Failure(
          ErrorCode.GAVE_UP,
          "the server could not be asked for all that is told at the end ("
              + IoErrors.sayWhere(e)
              + "); "
              + (run.ended() ? "the jobs have ended" : "the jobs go on")
              + ", see 'directord manage --list-jobs'",
          e);
    }
    boolean written = recap(run, output, time.get());
    tellGaps(run);
    if (options.rest.isEmpty()) {
      KeptFiles.of(run, server).forEach(console::error);
    }
    status = strictly(status, run);
    return written || status != ExitStatus.OK ? status : ExitStatus.FAILED;
  }

  private void tellGaps(Run run) {
    if (run.gaps() > 0) {
      console.error(
          "directord: "
              + (run.missingLines() == 0
                  ? "output is missing above, or may be; "
                  : "output is missing above, "
                      + run.missingLines()
                      + " lines as far as they were counted; ")
              + "'directord manage --job-info ID' shows what"
              + " the server keeps, 1 MiB of each stream of a node");
    }
  }

  /** What {@code --strict} does not let pass, though nothing has failed. */
  private static List<String> lacks(Run run) {
    List<String> lacks = new ArrayList<>();
    if (!run.leftOut().isEmpty() || !run.forgotten().isEmpty()) {
      lacks.add("not every node was reached");
    }
    if (!run.undelivered().isEmpty()) {
      lacks.add("not all that a source matches was delivered");
    }
    if (run.gaps() > 0) {
      lacks.add("output was lost");
    }
    if (run.anyCut()) {
      lacks.add("output was cut");
    }
    if (run.anyResultsLost()) {
      lacks.add("results were lost");
    }
    return lacks;
  }

  /** Returns whether all output was written that is to be put into files. */
  private boolean recap(Run run, RunOutput output, Duration time) {
    if (options.format == OutputFormat.TABLE) {
      Recap.of(run, time, console.columns())
          .forEach(
              line ->
                  console.error(
                      Recap.coloured(
                          line,
                          word -> console.colouredError(Colour.GREEN, word),
                          word -> console.colouredError(Colour.RED, word))));
    }
    output.summarize(time);
    return output.tellFiles();
  }

  /** Applies {@code --strict}: shortcomings that are not failures by themselves become one. */
  private int strictly(int status, Run run) {
    List<String> lacks = lacks(run);
    if (!options.strict || lacks.isEmpty() || status != ExitStatus.OK) {
      return status;
    }
    return console.fail(
        ErrorCode.NOT_COMPLETE, "directord: --strict: " + String.join(", ", lacks) + ", see above");
  }

  private void received(List<UUID> ids) {
    if (options.format == OutputFormat.TABLE) {
      ids.forEach(id -> console.out().println("Job received. Task ID: " + id));
    } else {
      console.out().print(Structured.text(ids, options.format));
    }
  }

  /** Shows how far uploads are, where there is a terminal. */
  UploadProgress uploads() {
    return RunOutput.redraws(console)
        ? new UploadLine(console.out(), console.terminal())
        : UploadProgress.NONE;
  }

  /** Prints the document after waiting was given up, if the server can be reached. */
  private void document(Run run, Failure givenUp) {
    try {
      document(run);
    } catch (IOException e) {
      givenUp.addSuppressed(e);
      console.error("directord: no document is printed: " + IoErrors.sayWhere(e));
    }
  }

  private boolean isDocument() {
    boolean isOwn = options.format == OutputFormat.JSON || options.format == OutputFormat.YAML;
    return isOwn && options.summary == null;
  }

  private void document(Run run) throws IOException {
    if (isDocument()) {
      List<String> ids = run.jobs().stream().map(job -> job.job().id().toString()).toList();
      JobDocument.print(ids, run.omitted(), server, options.format, console.out());
    }
  }

  private int finish(Run run, RunOutput output) throws IOException {
    document(run);
    output.finish();
    if (options.format != OutputFormat.TABLE) {
      return run.anyFailed() || !run.ended() ? ExitStatus.FAILED : ExitStatus.OK;
    }
    if (options.dryRun) {
      if (!options.fold && !options.senders) {
        new DryRunText(console).print(run, options.show, server);
      }
      console.error("Dry run: nothing was changed on any node.");
      return run.anyFailed() ? ExitStatus.FAILED : ExitStatus.OK;
    }
    SkipText.of(run, server).forEach(console::error);
    if (!run.anyFailed()) {
      return run.ended() ? ExitStatus.OK : ExitStatus.FAILED;
    }
    if (options.check) {
      console.out().println("FAILED JOBS");
      run.jobs().stream()
          .filter(Run.Progress::failedSomewhere)
          .forEach(job -> console.out().println(job.job().id()));
    }
    FailureText.of(
            run,
            console.columns(),
            output.namesFailed(),
            title -> console.colouredError(Colour.RED, title))
        .forEach(console::error);
    return ExitStatus.FAILED;
  }
}
