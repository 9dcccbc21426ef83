package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.output.Exported;
import io.directord.cli.output.Format;
import io.directord.cli.output.Structured;
import io.directord.cli.output.Tables;
import io.directord.client.CacheDump;
import io.directord.common.api.Analysis;
import io.directord.common.api.ApiException;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeView;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What {@code manage} does; every method gives the exit status. */
final class ManageActions {
  private static final int NOT_FOUND = 404;
  private static final String LAST = "last";
  private static final String ALL_JOBS = "All-Jobs";

  private final Settings settings;
  private final ServerConnection server;
  private final Console console;
  private final Format format;

  /**
   * @param format null if none was asked for
   */
  ManageActions(Settings settings, Console console, Format format) {
    this.settings = settings;
    this.server = new ServerConnection(settings.serverSocket());
    this.console = console;
    this.format = format;
  }

  int listNodes() throws IOException {
    List<NodeView> nodes = server.nodes();
    return list(nodes, () -> Tables.nodes(nodes, console.columns()));
  }

  int listJobs(Predicate<JobSummary> which) throws IOException {
    List<JobSummary> jobs = server.jobs(null).stream().filter(which).toList();
    return list(jobs, () -> Tables.jobs(jobs, console.columns()));
  }

  int jobInfo(String id) throws Failure, IOException {
    UUID asked = id.equals(LAST) ? null : id("--job-info", id);
    JobView job = orNull(() -> server.job(asked));
    return job == null ? noData() : show(job, () -> Tables.job(job, id, console.columns()));
  }

  int cancel(String id) throws Failure, IOException {
    List<UUID> jobs = server.cancel(id("--cancel", id));
    return show(jobs, () -> jobs.stream().map(job -> "Job cancelled: " + job).toList());
  }

  int analyzeJob(String id) throws Failure, IOException {
    return analyze(id, id("--analyze-job", id));
  }

  int analyzeAll() throws IOException {
    return analyze(ALL_JOBS, null);
  }

  /** One that is not there is said in a table with success, as scripts know it. */
  int analyzeParent(String id) throws Failure, IOException {
    UUID parent = id("--analyze-parent", id);
    Analysis analysis = orNull(() -> server.analysis(parent));
    return analysis == null
        ? show(
            Map.of("parent_id_not_found", id),
            () -> Tables.pair("PARENT_ID_NOT_FOUND", id, console.columns()))
        : show(analysis, () -> Tables.analysis(analysis, id, console.columns()));
  }

  private int analyze(String shown, UUID id) throws IOException {
    Analysis analysis = orNull(() -> server.analysis(id));
    return analysis == null
        ? noData()
        : show(analysis, () -> Tables.analysis(analysis, shown, console.columns()));
  }

  int exportJobs(String name) throws Failure, IOException {
    List<JobSummary> jobs = server.jobs(null);
    if (jobs.isEmpty()) {
      return noData();
    }
    try (ExportFile file = new ExportFile(name, format)) {
      for (JobSummary job : jobs) {
        JobView view = orNull(() -> server.job(job.id()));
        if (view != null) { // else purged meanwhile
          file.add(job.id().toString(), Exported.job(view));
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
      console.complain(said);
    } else {
      console.out().println(said);
    }
    return ExitStatus.OK;
  }

  /** Asks no server: the cache is that of the client on this machine. */
  int dumpCache() throws IOException {
    var contents = CacheDump.of(settings.get(Settings.CACHE_PATH));
    Format shown = format == null || format == Format.TABLE ? Format.JSON : format;
    console.out().print(Structured.text(contents, shown));
    return ExitStatus.OK;
  }

  int purgeJobs() throws IOException {
    server.purgeJobs();
    return done();
  }

  /**
   * @param node null for all
   */
  int forgetNodes(String node) throws Failure, IOException {
    if (node != null && node.isBlank()) {
      throw Failure.usage("--forget-node: a node's name is expected; --list-nodes has them");
    }
    server.forgetNodes(node);
    return done();
  }

  private int done() {
    return show(Map.of("success", true), () -> Tables.pair("SUCCESS", "True", console.columns()));
  }

  /**
   * An empty list is told apart by the exit status; as JSON or YAML it is a list like any other.
   */
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
    return format == null || format == Format.TABLE;
  }

  private int noData() {
    console.complain("No data found");
    return ExitStatus.FAILED;
  }

  /** A question to the server. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws IOException;
  }

  private static <T> T orNull(Question<T> question) throws IOException {
    try {
      return question.ask();
    } catch (ApiException e) {
      if (e.problem().status() == NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  private static UUID id(String option, String text) throws Failure {
    try {
      return UUID.fromString(text.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new Failure(
          ExitStatus.USAGE,
          option + ": a whole id such as " + new UUID(0, 0) + " is expected, not '" + text + "'",
          e);
    }
  }
}
