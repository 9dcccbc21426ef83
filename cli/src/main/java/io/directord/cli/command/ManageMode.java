package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows and changes what the server knows. */
@Command(
    name = "manage",
    customSynopsis =
        "directord manage (--list-nodes | --list-jobs [--filter STATE] | --job-info ID | --cancel ID"
            + " | --purge-jobs | --purge-nodes | --forget-node NODE) [--output FORMAT]",
    descriptionHeading = "%n",
    description = "Shows and changes what the server knows of jobs and nodes.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  directord manage --list-nodes",
      "  directord manage --list-jobs --filter failed --output json",
      "  directord manage --job-info last"
    },
    sortOptions = false)
final class ManageMode implements Mode {
  private static final int NOT_FOUND = 404;
  private static final String LAST = "last";

  /** Which jobs to list. */
  enum Filter {
    success,
    failed,
    processing;

    boolean shows(JobSummary job) {
      return switch (this) {
        case success -> job.succeeded() > 0;
        case failed -> job.failed() > 0;
        case processing -> job.processing();
      };
    }
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(names = "--list-nodes", description = "All nodes that have joined.")
  private boolean listNodes;

  @Option(names = "--list-jobs", description = "All jobs that the server keeps.")
  private boolean listJobs;

  @Option(
      names = "--filter",
      paramLabel = "STATE",
      description = "With --list-jobs: success, failed (on some node) or processing.")
  private Filter filter;

  @Option(names = "--job-info", paramLabel = "ID", description = "All about a job; or 'last'.")
  private String jobInfo;

  @Option(
      names = "--cancel",
      paramLabel = "ID",
      description = "End a job, or all jobs of a parent, on all nodes.")
  private String cancel;

  @Option(names = "--purge-jobs", description = "Forget all jobs that have ended.")
  private boolean purgeJobs;

  @Option(names = "--purge-nodes", description = "Forget all nodes and their keys.")
  private boolean purgeNodes;

  @Option(
      names = "--forget-node",
      paramLabel = "NODE",
      description = "Forget one node and its key, so that it may join anew.")
  private String forgetNode;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, json or yaml. Default: table.")
  private Format format;

  private Console console;

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
