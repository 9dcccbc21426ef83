package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.cli.output.WhyText;
import io.directord.common.api.ApiException;
import io.directord.common.api.Explanation;
import io.directord.common.api.JobSummary;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** Says why a job has not ended, or how it has, in a sentence for each node. */
final class WhyMode implements Mode {
  /** Of a parent, of which each asks nodes. */
  private static final int MAX_JOBS = 20;

  private static final Pattern WHOLE_ID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private final List<String> words = new ArrayList<>();
  private OutputFormat format = OutputFormat.TABLE;

  @Override
  public Spec spec() {
    return Spec.of("why", this)
        .usage(
            "directord why JOB | PARENT [NODE] [--output FORMAT]",
            "Says why a job has not ended, or how it has: a sentence for each node, once for all"
                + " of which the same is true. Nodes that have the job are asked themselves.")
        .operands(
            "JOB",
            "Id of a job or the beginning of one, last, last~1 and so on; or the whole id of a"
                + " parent, for its jobs that have not ended, or all if they have. A NODE behind"
                + " it: only there.",
            words::add)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "table, json, yaml or jsonl. Default: table.",
            given -> format = given)
        .examples("  directord why last", "  directord why 3acf5f9e web-1");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    if (words.isEmpty() || words.size() > 2) {
      throw Failure.usage("why: a JOB is expected, and perhaps a NODE; JOB may be last");
    }
    ServerConnection server =
        new ServerConnection(Servers.of(settings), new BusyServer(console::error));
    String node = words.size() == 2 ? words.get(1) : null;
    try {
      Explanation why = server.explain(words.get(0), node);
      if (format == OutputFormat.TABLE) {
        tell(why, console);
      } else {
        console.out().print(Structured.text(why, format));
      }
    } catch (ApiException e) {
      List<JobSummary> jobs = ofParent(server, e);
      if (jobs.isEmpty()) {
        throw Failure.refused("why", e);
      }
      tell(jobs, node, server, console);
    }
    return ExitStatus.OK;
  }

  /** Those that have not ended, or all if they have; empty if it is not the id of a parent. */
  private List<JobSummary> ofParent(ServerConnection server, ApiException refused)
      throws IOException {
    if (refused.code() != ErrorCode.UNKNOWN_JOB || !WHOLE_ID.matcher(words.get(0)).matches()) {
      return List.of();
    }
    List<JobSummary> all = server.jobs(UUID.fromString(words.get(0)));
    List<JobSummary> open = all.stream().filter(JobSummary::processing).toList();
    return open.isEmpty() ? all : open;
  }

  private void tell(List<JobSummary> jobs, String node, ServerConnection server, Console console)
      throws Failure, IOException {
    List<Explanation> told = new ArrayList<>();
    for (JobSummary job : jobs.subList(0, Math.min(MAX_JOBS, jobs.size()))) {
      try {
        told.add(server.explain(job.id().toString(), node));
      } catch (ApiException e) {
        throw Failure.refused("why", e);
      }
    }
    if (format == OutputFormat.TABLE) {
      told.forEach(why -> tell(why, console));
    } else {
      console.out().print(Structured.text(told, format));
    }
    if (jobs.size() > MAX_JOBS) {
      console.error(
          "and "
              + Counted.of(jobs.size() - MAX_JOBS, "more job")
              + " of the parent: 'directord manage --list-jobs' names them");
    }
  }

  private static void tell(Explanation why, Console console) {
    WhyText.of(why, console.columns(), console::shown, console::coloured)
        .forEach(console.out()::println);
  }
}
