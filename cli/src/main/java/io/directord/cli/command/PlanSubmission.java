package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.follow.FailureText;
import io.directord.cli.follow.Interruption;
import io.directord.cli.follow.JobLines;
import io.directord.cli.follow.NodeNotices;
import io.directord.cli.follow.ProgressBar;
import io.directord.cli.follow.Recap;
import io.directord.cli.follow.Run;
import io.directord.cli.follow.RunDisplay;
import io.directord.cli.follow.RunFollower;
import io.directord.cli.follow.SkipText;
import io.directord.cli.follow.StreamedOutput;
import io.directord.cli.follow.UploadLine;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.common.api.ApiException;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobTitle;
import io.directord.common.api.JobView;
import io.directord.common.api.Problem;
import io.directord.common.api.Receipt;
import io.directord.common.api.ServerConnection;
import io.directord.common.api.UploadProgress;
import io.directord.common.config.Settings;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.Plan.PlannedJob;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Submits a plan to the server, and follows it to its end if requested. */
final class PlanSubmission {
  private static final String NOT_REACHED = "not every node was reached";

  private final ServerConnection server;
  private final Console console;
  private final FollowOptions options;
  private NodeNotices notices;
  private long undelivered;

  PlanSubmission(Settings settings, Console console, FollowOptions options) {
    this.server =
        new ServerConnection(settings.serverSocket(), new BusyServer(line -> notices.say(line)));
    this.console = console;
    this.options = options;
    this.notices = new NodeNotices(console, RunDisplay.NONE);
  }

  /**
   * Runs it.
   *
   * @param targetsGiven whether the command line says who gets the jobs
   * @return the exit status
   */
  int run(Plan plan, boolean targetsGiven) throws Failure, IOException, InterruptedException {
    ErrorList.note(plan.notes(), console);
    undelivered = plan.jobs().stream().filter(job -> JobTitle.of(job).undelivered() > 0).count();
    if (plan.jobs().isEmpty()) {
      console.error("directord: nothing to run: there are no jobs in what was given");
      return ExitStatus.USAGE;
    }
    try {
      return submit(plan);
    } catch (ApiException e) {
      if (e.problem().errors().isEmpty()) {
        throw e;
      }
      return ErrorList.tell(errors(plan, targetsGiven, e.problem()), console);
    }
  }

  /**
   * Validation errors found by the server only, such as a verb that is not installed there or a
   * target that is not enrolled. Targets given on the command line have no place in a file.
   */
  private static List<ValidationError> errors(Plan plan, boolean targetsGiven, Problem problem) {
    List<ValidationError> errors = new ArrayList<>();
    for (ValidationError error : problem.errors()) {
      boolean ofTarget =
          error.place() instanceof Place.InJob inJob && inJob.key().equals("targets");
      if (targetsGiven && ofTarget) {
        errors.add(new ValidationError(error.message()));
      } else {
        errors.addAll(PlannedJob.placed(List.of(error), plan.planned()));
      }
    }
    return errors;
  }

  private int submit(Plan plan) throws Failure, IOException, InterruptedException {
    if (!options.follows()) {
      Receipt receipt = server.submitAll(plan.jobs(), plan.contents(), uploads());
      received(receipt.jobs());
      notices.taken(receipt);
      return strictly(ExitStatus.OK, lacks(!receipt.leftOut().isEmpty()));
    }
    Run run = new Run(plan.jobs());
    RunDisplay report = report(run);
    notices = new NodeNotices(console, report);
    new Interruption(console, server, run, report).install();
    long begin = System.nanoTime();
    try {
      new RunFollower(server, run, report, notices, detail())
          .follow(() -> server.submitAll(plan.jobs(), plan.contents(), uploads()), options.limit());
    } catch (Failure e) {
      if (run.isTaken()) {
        document(run, e);
        recap(run, begin);
      }
      throw e;
    }
    int status = finish(run);
    recap(run, begin);
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
    return strictly(status, lacks(run));
  }

  /** Shortcomings that are known before anything has run. */
  private List<String> lacks(boolean nodesLeftOut) {
    List<String> lacks = new ArrayList<>();
    if (nodesLeftOut) {
      lacks.add(NOT_REACHED);
    }
    if (undelivered > 0) {
      lacks.add("not all that a source matches was delivered");
    }
    return lacks;
  }

  private List<String> lacks(Run run) {
    List<String> lacks = lacks(!run.leftOut().isEmpty());
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

  private void recap(Run run, long begin) {
    if (options.format == OutputFormat.TABLE) {
      Duration time = Duration.ofNanos(System.nanoTime() - begin);
      if (undelivered > 0) {
        console.error(
            "not delivered, since they are not files: matches of "
                + undelivered
                + (undelivered == 1 ? " source" : " sources")
                + ", named above");
      }
      Recap.of(run, time, console.columns()).forEach(console::error);
    }
  }

  /** Applies {@code --strict}: shortcomings that are not failures by themselves become one. */
  private int strictly(int status, List<String> lacks) {
    if (!options.strict || lacks.isEmpty() || status != ExitStatus.OK) {
      return status;
    }
    console.error("directord: --strict: " + String.join(", ", lacks) + ", see above");
    return ExitStatus.FAILED;
  }

  private void received(List<UUID> ids) {
    if (options.format == OutputFormat.TABLE) {
      ids.forEach(id -> console.out().println("Job received. Task ID: " + id));
    } else {
      console.out().print(Structured.text(ids, options.format));
    }
  }

  private RunDisplay report(Run run) {
    if (options.format != OutputFormat.TABLE) {
      return RunDisplay.NONE;
    }
    if (options.stream) {
      return new StreamedOutput(console.out(), console::shown, console::error);
    }
    if (drawsBar()) {
      return new ProgressBar(console.out(), console.terminal(), InstantSource.system(), run);
    }
    return new JobLines(console.out());
  }

  /** The events that are shown and no others: with a thousand jobs, successes are most of them. */
  private EventFilter.Detail detail() {
    if (options.stream) {
      return EventFilter.Detail.OUTPUT;
    }
    return drawsBar() ? EventFilter.Detail.NODES : EventFilter.Detail.FAILURES;
  }

  private boolean drawsBar() {
    return options.format == OutputFormat.TABLE && options.wait && redraws();
  }

  private UploadProgress uploads() {
    return redraws() ? new UploadLine(console.out(), console.terminal()) : UploadProgress.NONE;
  }

  private boolean redraws() {
    return console.terminal() != null && console.terminal().canRedraw();
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

  private void document(Run run) throws IOException {
    if (options.format != OutputFormat.TABLE) {
      List<JobView> views = new ArrayList<>();
      for (Run.Progress progress : run.jobs()) {
        views.add(server.job(progress.job().id()));
      }
      console.out().print(Structured.text(views, options.format));
    }
  }

  private int finish(Run run) throws IOException {
    document(run);
    if (options.format != OutputFormat.TABLE) {
      return run.anyFailed() ? ExitStatus.FAILED : ExitStatus.OK;
    }
    if (drawsBar()) {
      JobLines.printFew(run, console.out(), console.columns());
    }
    SkipText.of(run, server).forEach(console::error);
    if (!run.anyFailed()) {
      return ExitStatus.OK;
    }
    if (options.check) {
      console.out().println("FAILED JOBS");
      run.jobs().stream()
          .filter(Run.Progress::failed)
          .forEach(job -> console.out().println(job.job().id()));
    }
    FailureText.of(run).forEach(console::error);
    return ExitStatus.FAILED;
  }
}
