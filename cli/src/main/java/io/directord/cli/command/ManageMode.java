package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.common.api.JobSummary;
import io.directord.common.config.Settings;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/** Shows and changes what the server keeps, by {@link ManageActions}. */
final class ManageMode implements Mode {
  private static final String LIST_JOBS = "--list-jobs";
  private static final String EXPORT_JOBS = "--export-jobs";
  private static final String EXPORT_NODES = "--export-nodes";
  private static final String DUMP_CACHE = "--dump-cache";
  private static final String PURGE_JOBS = "--purge-jobs";
  private static final String PURGE_NODES = "--purge-nodes";
  private static final Set<String> ASKING = Set.of(PURGE_JOBS, PURGE_NODES);
  private static final Set<String> NO_TABLES = Set.of(EXPORT_JOBS, EXPORT_NODES, DUMP_CACHE);

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

  /** One of the actions. */
  private interface Action {
    int run(ManageActions actions) throws Failure, IOException;
  }

  private final Map<String, Action> asked = new LinkedHashMap<>();
  private String repeated;
  private Filter filter;
  private Integer limit;
  private boolean sure;
  private OutputFormat format;

  @Override
  public CommandSpec spec() {
    Spec spec =
        Spec.of("manage", this)
            .usage(
                "directord manage ACTION [--filter STATE] [--limit N] [--yes]%n"
                    + "         [--output FORMAT]",
                "Shows and changes what the server knows of jobs and nodes. ACTION is one of the"
                    + " options from --list-nodes to --dump-cache.");
    addQuestions(spec);
    addChanges(spec);
    return spec.choice(
            "--filter",
            "STATE",
            Filter.class,
            "With --list-jobs: success or failed (on some node), or processing.",
            given -> filter = given)
        .count(
            "--limit",
            "N",
            "With --list-jobs: only the newest N; 0 for all.",
            given -> limit = given)
        .flag(
            "--yes",
            "With --purge-jobs and --purge-nodes: do not ask at a terminal.",
            given -> sure = given)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "table, json or yaml. Default: table; for exported files yaml, for the cache json.",
            given -> format = given)
        .examples(
            "  directord manage --list-nodes",
            "  directord manage --list-jobs --filter failed --output json",
            "  directord manage --job-info last",
            "  directord manage --cancel 3acf5f9e",
            "  directord manage --export-jobs jobs.yaml")
        .build();
  }

  private void addQuestions(Spec spec) {
    flag(spec, "--list-nodes", "All nodes that have joined.", ManageActions::listNodes);
    flag(
        spec,
        LIST_JOBS,
        "The jobs that the server keeps, the newest last; at a terminal the newest of them.",
        actions -> actions.listJobs(filter == null ? null : filter::shows, limit));
    option(
        spec,
        "--job-info",
        "ID",
        "All about a job. ID: its id or the beginning of it, last, last~1 and so on.",
        ManageActions::jobInfo);
    option(
        spec,
        "--analyze-parent",
        "ID",
        "How long the jobs of a parent took, and where. ID: of the parent or one of its jobs, or"
            + " the fingerprint of its entry.",
        ManageActions::analyzeParent);
    option(spec, "--analyze-job", "ID", "The same of one job.", ManageActions::analyzeJob);
    flag(spec, "--analyze-all", "The same of all jobs.", ManageActions::analyzeAll);
    option(
        spec,
        EXPORT_JOBS,
        "FILE",
        "Write all jobs with their results into a file; - is standard output.",
        ManageActions::exportJobs);
    option(spec, EXPORT_NODES, "FILE", "The same of all nodes.", ManageActions::exportNodes);
  }

  private void addChanges(Spec spec) {
    option(
        spec,
        "--cancel",
        "ID",
        "End a job, or all jobs of a parent, on all nodes.",
        ManageActions::cancel);
    flag(spec, PURGE_JOBS, "Forget all jobs that have ended.", actions -> actions.purgeJobs(sure));
    flag(
        spec, PURGE_NODES, "Forget all nodes and their keys.", actions -> actions.purgeNodes(sure));
    option(
        spec,
        "--forget-node",
        "NODE",
        "Forget one node and its key, so that it may join anew.",
        ManageActions::forgetNode);
    flag(
        spec,
        DUMP_CACHE,
        "What the client on this machine has cached; asks no server.",
        ManageActions::dumpCache);
  }

  private void flag(Spec spec, String name, String description, Action action) {
    spec.flag(name, description, given -> asked.put(name, action));
  }

  /** An action with something to act on. */
  private interface ActionOn {
    int run(ManageActions actions, String what) throws Failure, IOException;
  }

  private void option(Spec spec, String name, String label, String description, ActionOn action) {
    spec.option(
        name,
        label,
        description,
        given -> {
          if (asked.put(name, actions -> action.run(actions, given)) != null) {
            repeated = name;
          }
        });
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    if (asked.isEmpty()) {
      throw Failure.usage(
          "manage: say what to do, for example --list-nodes; 'directord manage --help' has them all");
    }
    if (asked.size() > 1) {
      throw Failure.usage(
          "manage: only one thing at a time, not " + String.join(" and ", asked.keySet()));
    }
    if (repeated != null) {
      throw Failure.usage("manage: " + repeated + " is given twice; give the commands one by one");
    }
    if (filter != null && !asked.containsKey(LIST_JOBS)) {
      throw Failure.usage("manage: --filter goes with --list-jobs only");
    }
    if (limit != null && !asked.containsKey(LIST_JOBS)) {
      throw Failure.usage("manage: --limit goes with --list-jobs only");
    }
    String what = asked.keySet().iterator().next();
    if (sure && !ASKING.contains(what)) {
      throw Failure.usage("manage: --yes goes with --purge-jobs and --purge-nodes only");
    }
    if (format == OutputFormat.TABLE && NO_TABLES.contains(what)) {
      throw Failure.usage("manage: " + what + " makes no table; --output is yaml or json there");
    }
    return asked.values().iterator().next().run(new ManageActions(settings, console, format));
  }
}
