package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.cli.output.Format;
import io.directord.cli.output.Structured;
import io.directord.cli.output.Tables;
import io.directord.common.api.ApiException;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeView;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** Shows and changes what the server knows. */
final class ManageMode implements Mode {
  private static final int NOT_FOUND = 404;
  private static final String LAST = "last";

  /** Which jobs to list. */
  enum Filter {
    SUCCESS,
    FAILED,
    PROCESSING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean shows(JobSummary job) {
      return switch (this) {
        case SUCCESS -> job.succeeded() > 0;
        case FAILED -> job.failed() > 0;
        case PROCESSING -> job.processing();
      };
    }
  }

  private boolean listNodes;
  private boolean listJobs;
  private Filter filter;
  private String jobInfo;
  private String cancel;
  private boolean purgeJobs;
  private boolean purgeNodes;
  private String forgetNode;
  private Format format = Format.TABLE;
  private Console console;

  @Override
  public CommandSpec spec() {
    return Spec.of("manage", this)
        .usage(
            "directord manage (--list-nodes | --list-jobs [--filter STATE] | --job-info ID |"
                + " --cancel ID | --purge-jobs | --purge-nodes | --forget-node NODE) [--output"
                + " FORMAT]",
            "Shows and changes what the server knows of jobs and nodes.")
        .flag("--list-nodes", "All nodes that have joined.", given -> listNodes = given)
        .flag("--list-jobs", "All jobs that the server keeps.", given -> listJobs = given)
        .choice(
            "--filter",
            "STATE",
            Filter.class,
            "With --list-jobs: success or failed (on some node), or processing.",
            given -> filter = given)
        .option("--job-info", "ID", "All about a job; or 'last'.", given -> jobInfo = given)
        .option(
            "--cancel",
            "ID",
            "End a job, or all jobs of a parent, on all nodes.",
            given -> cancel = given)
        .flag("--purge-jobs", "Forget all jobs that have ended.", given -> purgeJobs = given)
        .flag("--purge-nodes", "Forget all nodes and their keys.", given -> purgeNodes = given)
        .option(
            "--forget-node",
            "NODE",
            "Forget one node and its key, so that it may join anew.",
            given -> forgetNode = given)
        .choice(
            "--output",
            "FORMAT",
            Format.class,
            "table, json or yaml. Default: table.",
            given -> format = given)
        .examples(
            "  directord manage --list-nodes",
            "  directord manage --list-jobs --filter failed --output json",
            "  directord manage --job-info last")
        .build();
  }

  @Override
  public int run(Settings settings, Console given) throws Failure, IOException {
    console = given;
    validate();
    ServerConnection server = new ServerConnection(settings.serverSocket());
    try {
      return run(server);
    } catch (ApiException e) {
      if (jobInfo != null && e.problem().status() == NOT_FOUND) {
        return noData();
      }
      throw e;
    }
  }

  private void validate() throws Failure {
    long actions =
        Stream.of(listNodes, listJobs, purgeJobs, purgeNodes).filter(given -> given).count()
            + Stream.of(jobInfo, cancel, forgetNode).filter(given -> given != null).count();
    if (actions != 1) {
      throw Failure.usage(
          (actions == 0 ? "manage: say what to do" : "manage: only one thing at a time")
              + ": --list-nodes, --list-jobs, --job-info, --cancel, --purge-jobs, --purge-nodes or"
              + " --forget-node");
    }
    if (filter != null && !listJobs) {
      throw Failure.usage("manage: --filter goes with --list-jobs only");
    }
  }

  private int run(ServerConnection server) throws Failure, IOException {
    if (listNodes) {
      List<NodeView> nodes = server.nodes();
      return list(nodes, () -> Tables.nodes(nodes, console.columns()));
    }
    if (listJobs) {
      List<JobSummary> jobs =
          server.jobs(null).stream().filter(job -> filter == null || filter.shows(job)).toList();
      return list(jobs, () -> Tables.jobs(jobs, console.columns()));
    }
    if (jobInfo != null) {
      JobView job = server.job(jobInfo.equals(LAST) ? null : id("--job-info", jobInfo));
      return show(job, () -> Tables.job(job, jobInfo, console.columns()));
    }
    if (cancel != null) {
      List<UUID> jobs = server.cancel(id("--cancel", cancel));
      return show(jobs, () -> jobs.stream().map(job -> "Job cancelled: " + job).toList());
    }
    if (purgeJobs) {
      server.purgeJobs();
    } else {
      server.forgetNodes(forgetNode);
    }
    return show(Map.of("success", true), () -> Tables.pair("SUCCESS", "True", console.columns()));
  }

  /**
   * An empty list is told apart by the exit status; as JSON or YAML it is a list like any other.
   */
  private int list(List<?> items, Supplier<List<String>> table) {
    if (items.isEmpty() && format == Format.TABLE) {
      return noData();
    }
    return show(items, table);
  }

  private int show(Object value, Supplier<List<String>> table) {
    if (format == Format.TABLE) {
      table.get().forEach(console.out()::println);
    } else {
      console.out().print(Structured.text(value, format));
    }
    return ExitStatus.OK;
  }

  private int noData() {
    console.complain("No data found");
    return ExitStatus.FAILED;
  }

  private static UUID id(String option, String text) throws Failure {
    try {
      return UUID.fromString(text.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new Failure(
          ExitStatus.USAGE, option + ": an id such as " + new UUID(0, 0) + " is expected", e);
    }
  }
}
