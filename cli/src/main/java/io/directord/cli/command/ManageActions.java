package io.directord.cli.command;

import io.directord.cli.console.Confirmation;
import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.output.Exported;
import io.directord.cli.output.JobSheet;
import io.directord.cli.output.JobTable;
import io.directord.cli.output.NodeTable;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.cli.output.Tables;
import io.directord.client.CacheDump;
import io.directord.common.api.Analysis;
import io.directord.common.api.ApiException;
import io.directord.common.api.Bodies;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeView;
import io.directord.common.api.RefusedNode;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import io.directord.common.validation.Counted;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The actions of {@code manage}; every method returns the exit status. */
final class ManageActions {
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  /** Number of jobs that fit on the smallest usual terminal. */
  private static final int TERMINAL_ROWS = 18;

  private static final String ALL_JOBS = "All-Jobs";

  private final Settings settings;
  private final ServerConnection server;
  private final Console console;
  private final OutputFormat format;

  /**
   * @param format null if none was given
   */
  ManageActions(Settings settings, Console console, OutputFormat format) {
    this.settings = settings;
    this.server = new ServerConnection(settings.serverSocket(), new BusyServer(console::error));
    this.console = console;
    this.format = format;
  }

  int listNodes() throws IOException {
    Bodies.Nodes known = server.nodeList();
    int status = list(known.nodes(), () -> NodeTable.of(known.nodes(), console.columns()));
    PrintStream people = isTable() ? console.out() : console.err();
    known.refused().forEach(node -> people.println(refused(node)));
    known.warnings().forEach(warning -> console.err().println("The server: " + warning));
    return status;
  }

  private static String refused(RefusedNode node) {
    return "Refused: "
        + (node.identity() == null ? "a client" : node.identity())
        + " at "
        + node.address()
        + (node.count() == 1 ? "" : ", " + node.count() + " times")
        + ", last at "
        + node.lastAt().truncatedTo(ChronoUnit.SECONDS)
        + ": "
        + node.reason();
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
    List<JobSummary> shown = older ? jobs.subList(jobs.size() - most, jobs.size()) : jobs;
    return list(shown, () -> JobTable.of(shown, older, console.columns()));
  }

  private int usualLimit() {
    return isTable() && console.terminal() != null ? TERMINAL_ROWS : Integer.MAX_VALUE;
  }

  int jobInfo(String id) throws Failure, IOException {
    JobView job = asked("--job-info", () -> server.jobOf(id));
    boolean people = console.terminal() != null;
    return show(job, () -> people ? JobSheet.of(job) : Tables.job(job, id));
  }

  int cancel(String id) throws Failure, IOException {
    Bodies.Cancelled result = asked("--cancel", () -> server.cancelOf(id));
    if (result.jobs().isEmpty() && isTable()) {
      console.error("Nothing to cancel: all of it has ended.");
    }
    int status =
        show(result, () -> result.jobs().stream().map(job -> "Job cancelled: " + job).toList());
    if (!result.omitted().isEmpty() && isTable()) {
      console.error("Later jobs of its parent are not run where it had not ended:");
      result.omitted().forEach(job -> console.error("  job " + job.number() + ": " + job.title()));
    }
    return status;
  }

  int analyzeJob(String id) throws Failure, IOException {
    return analyze("--analyze-job", id);
  }

  int analyzeParent(String id) throws Failure, IOException {
    String option = "--analyze-parent";
    Analysis analysis = asked(option, () -> server.analysisOf(id));
    UUID parent = parentOf(analysis.id());
    return show(
        parent.equals(analysis.id()) ? analysis : asked(option, () -> server.analysis(parent)),
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
    return ifThere(() -> server.analysisOf(null))
        .map(analysis -> show(analysis, ALL_JOBS))
        .orElseGet(this::noData);
  }

  private int analyze(String option, String id) throws Failure, IOException {
    return show(asked(option, () -> server.analysisOf(id)), id);
  }

  private int show(Analysis analysis, String shown) {
    return show(analysis, () -> Tables.analysis(analysis, shown, console.columns()));
  }

  int exportJobs(String name) throws Failure, IOException {
    List<JobSummary> jobs = server.jobs(null);
    if (jobs.isEmpty()) {
      return noData();
    }
    try (ExportFile file = new ExportFile(name, format)) {
      for (JobSummary job : jobs) {
        Optional<JobView> view = ifThere(() -> server.job(job.id()));
        if (view.isPresent()) { // otherwise purged in the meantime
          file.add(job.id().toString(), Exported.job(view.get()));
        }
      }
      return finished(file, name);
    }
  }

  int exportNodes(String name) throws Failure, IOException {
    List<NodeView> nodes = server.nodes();
    if (nodes.isEmpty()) {
      return noData();
    }
    Instant now = Instant.now();
    try (ExportFile file = new ExportFile(name, format)) {
      for (NodeView node : nodes) {
        file.add(node.identity(), Exported.node(node, now));
      }
      return finished(file, name);
    }
  }

  private int finished(ExportFile file, String name) throws Failure {
    file.finish();
    String said = "Exported data to [ " + name + " ]";
    if (file.isToOutput()) {
      console.error(said);
    } else {
      console.out().println(said);
    }
    return ExitStatus.OK;
  }

  /** Prints the cache of the client on this machine; needs no server. */
  int dumpCache() throws IOException {
    var contents = CacheDump.of(settings.get(Settings.CACHE_PATH));
    OutputFormat shown =
        format == null || format == OutputFormat.TABLE ? OutputFormat.JSON : format;
    console.out().print(Structured.text(contents, shown));
    return ExitStatus.OK;
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
    return done(server.purgeJobs(), "job");
  }

  /**
   * @param sure whether to skip the confirmation
   */
  int purgeNodes(boolean sure) throws Failure, IOException {
    if (!sure && console.terminal() != null) {
      Confirmation.require(
          "Forget "
              + Counted.of(server.nodes().size(), "node")
              + " and their keys, and fail what they have not answered?",
          console);
    }
    return done(server.forgetNodes(null), "node");
  }

  int forgetNode(String node) throws Failure, IOException {
    return done(asked("--forget-node", () -> server.forgetNodes(node)), "node");
  }

  /** Scripts get the original's table, with the count on standard error. */
  private int done(int count, String what) {
    String said = Counted.of(count, what) + " forgotten";
    if (isTable() && console.terminal() != null) {
      console.out().println(said);
      return ExitStatus.OK;
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("success", true);
    result.put("removed", count);
    int status = show(result, () -> Tables.pair("SUCCESS", "True", console.columns()));
    if (isTable()) {
      console.error(said);
    }
    return status;
  }

  /** Prints a list. An empty table is an error; an empty list in JSON or YAML is not. */
  private int list(List<?> items, Supplier<List<String>> table) {
    if (items.isEmpty() && isTable()) {
      return noData();
    }
    return show(items, table);
  }

  private int show(Object value, Supplier<List<String>> table) {
    if (isTable()) {
      table.get().forEach(console.out()::println);
    } else {
      console.out().print(Structured.text(value, format));
    }
    return ExitStatus.OK;
  }

  private boolean isTable() {
    return format == null || format == OutputFormat.TABLE;
  }

  private int noData() {
    console.error("No data found");
    return ExitStatus.FAILED;
  }

  /** A request to the server. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws IOException;
  }

  private static <T> Optional<T> ifThere(Question<T> question) throws IOException {
    try {
      return Optional.of(question.ask());
    } catch (ApiException e) {
      if (e.problem().status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Sends a request that names an id. An invalid or ambiguous id is wrong usage, an unknown one a
   * failure.
   */
  private static <T> T asked(String option, Question<T> question) throws Failure, IOException {
    try {
      return question.ask();
    } catch (ApiException e) {
      int status = e.problem().status();
      boolean wrongUsage = status == BAD_REQUEST || status == CONFLICT;
      throw new Failure(
          wrongUsage ? ExitStatus.USAGE : ExitStatus.FAILED, option + ": " + e.getMessage(), e);
    }
  }
}
