package io.directord.cli.command;

import io.directord.cli.console.Confirmation;
import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.output.Display;
import io.directord.cli.output.Exported;
import io.directord.cli.output.JobSheet;
import io.directord.cli.output.JobTable;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.ResultSheet;
import io.directord.cli.output.Tables;
import io.directord.common.api.Analysis;
import io.directord.common.api.Bodies;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.LineRange;
import io.directord.common.api.ResultView;
import io.directord.common.api.RunState;
import io.directord.common.api.ServerConnection;
import io.directord.common.validation.Counted;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** The actions of {@code manage} on jobs; every method returns the exit status. */
final class ManageJobs {
  /** Number of jobs that fit on the smallest usual terminal. */
  private static final int TERMINAL_ROWS = 18;

  private static final String ALL_JOBS = "All-Jobs";

  private final ServerConnection server;
  private final Console console;
  private final ManageOutput shown;

  ManageJobs(ServerConnection server, Console console, ManageOutput shown) {
    this.server = server;
    this.console = console;
    this.shown = shown;
  }

  /**
   * The newest jobs.
   *
   * @param which null for all
   * @param limit maximum number; 0 for all, null for as many as a terminal shows
   */
  int listJobs(Predicate<JobSummary> which, Integer limit) throws IOException {
    int most = limit == null ? usualLimit() : limit == 0 ? Integer.MAX_VALUE : limit;
    List<JobSummary> found =
        which == null && most < Integer.MAX_VALUE ? server.newestJobs(most + 1) : server.jobs(null);
    List<JobSummary> jobs = which == null ? found : found.stream().filter(which).toList();
    boolean older = jobs.size() > most;
    List<JobSummary> newest = older ? jobs.subList(jobs.size() - most, jobs.size()) : jobs;
    return shown.list(newest, () -> JobTable.of(newest, older, console.columns()));
  }

  private int usualLimit() {
    return shown.isTable() && console.terminal() != null ? TERMINAL_ROWS : Integer.MAX_VALUE;
  }

  int jobInfo(String id) throws Failure, IOException {
    if (shown.format() == OutputFormat.JSON) {
      ManageRequests.asked(
          "--job-info",
          () -> {
            JobDocument.print(id, server, console.out());
            return null;
          });
      return ExitStatus.OK;
    }
    JobView job = ManageRequests.asked("--job-info", () -> server.jobOf(id));
    boolean people = console.terminal() != null;
    return shown.show(
        job, () -> people ? JobSheet.of(job, console.columns()) : Tables.job(job, id));
  }

  /** A job on one node, with some lines of its output. */
  int jobOnNode(String id, String node, LineRange range) throws Failure, IOException {
    ResultView result = ManageRequests.asked("--job-info", () -> server.result(id, node, range));
    return shown.show(result, () -> ResultSheet.of(result).stream().map(console::shown).toList());
  }

  int cancel(String id) throws Failure, IOException {
    Bodies.Cancelled result = ManageRequests.asked("--cancel", () -> server.cancelOf(id));
    if (result.jobs().isEmpty() && shown.isTable()) {
      console.error("Nothing to cancel: all of it has ended.");
    }
    int status =
        shown.show(
            result, () -> result.jobs().stream().map(job -> cancelled(job, result)).toList());
    if (!result.omitted().isEmpty() && shown.isTable()) {
      console.error("Later jobs of its parent are not run where it had not ended:");
      result.omitted().forEach(job -> console.error("  job " + job.number() + ": " + job.title()));
    }
    if (result.remaining() != null && shown.isTable()) {
      console.error(remaining(result.remaining()));
    }
    return status;
  }

  private static String remaining(Bodies.Remaining left) {
    int jobs = left.jobs().size();
    boolean one = jobs == 1;
    String what = Counted.of(jobs, "other job") + " of its parent ";
    String cancel = "'directord manage --cancel " + Display.shortId(left.parentId()) + "' ends ";
    return left.paused()
        ? what
            + (one ? "remains" : "remain")
            + ", and it stays paused: "
            + cancel
            + (one ? "it" : "them")
            + ", --resume goes on"
        : what + (one ? "goes" : "go") + " on: " + cancel + (one ? "it" : "them") + " too";
  }

  private static String cancelled(UUID job, Bodies.Cancelled result) {
    return result.lost().contains(job)
        ? "Job " + job + " is lost: ended where it still runs, now or when its node comes back"
        : "Job cancelled: " + job;
  }

  int pause(String id) throws Failure, IOException {
    RunState state = ManageRequests.asked("--pause", () -> server.pause(id));
    return shown.show(
        state,
        () ->
            List.of(
                "Paused: "
                    + state.parentId()
                    + "; "
                    + Counted.of(state.running(), "node")
                    + " still running, "
                    + state.notBegun()
                    + " not begun"));
  }

  int resume(String id) throws Failure, IOException {
    RunState state = ManageRequests.asked("--resume", () -> server.resume(id));
    return shown.show(
        state,
        () ->
            List.of(
                "Resumed: "
                    + state.parentId()
                    + "; "
                    + Counted.of(state.notBegun(), "node")
                    + " not begun; failures up to now count no more"));
  }

  int analyzeJob(String id) throws Failure, IOException {
    return analyze("--analyze-job", id);
  }

  int analyzeParent(String id) throws Failure, IOException {
    String option = "--analyze-parent";
    Analysis analysis = ManageRequests.asked(option, () -> server.analysisOf(id));
    UUID parent = parentOf(analysis.id());
    return show(
        parent.equals(analysis.id())
            ? analysis
            : ManageRequests.asked(option, () -> server.analysis(parent)),
        parent.equals(analysis.id()) ? id : parent.toString());
  }

  /**
   * The parent's id, also if one of its jobs was named.
   *
   * @param jobOrParent id of a parent or a job; the job of an exec is its own parent
   */
  private UUID parentOf(UUID jobOrParent) throws IOException {
    return server.jobs(jobOrParent).isEmpty()
        ? server.job(jobOrParent).summary().parent().id()
        : jobOrParent;
  }

  int analyzeAll() throws IOException {
    return ManageRequests.ifThere(() -> server.analysisOf(null))
        .map(analysis -> show(analysis, ALL_JOBS))
        .orElseGet(shown::noData);
  }

  private int analyze(String option, String id) throws Failure, IOException {
    return show(ManageRequests.asked(option, () -> server.analysisOf(id)), id);
  }

  private int show(Analysis analysis, String name) {
    return shown.show(analysis, () -> Tables.analysis(analysis, name, console.columns()));
  }

  int exportJobs(String name) throws Failure, IOException {
    List<JobSummary> jobs = server.jobs(null);
    if (jobs.isEmpty()) {
      return shown.noData();
    }
    try (ExportFile file = new ExportFile(name, shown.format())) {
      for (JobSummary job : jobs) {
        Optional<JobView> view = ManageRequests.ifThere(() -> server.job(job.id()));
        if (view.isPresent()) { // otherwise purged in the meantime
          file.add(job.id().toString(), Exported.job(view.get()));
        }
      }
      return shown.finished(file, name);
    }
  }

  /**
   * @param sure whether to skip the confirmation
   */
  int purgeJobs(boolean sure) throws Failure, IOException {
    if (!sure && console.terminal() != null) {
      long ended = server.jobs(null).stream().filter(job -> !job.processing()).count();
      Confirmation.require(
          "Forget " + Counted.of(ended, "ended job") + " and their output?", console);
    }
    return shown.done(server.purgeJobs(), "job");
  }
}
