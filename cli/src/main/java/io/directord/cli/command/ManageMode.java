package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.common.api.JobSummary;
import io.directord.common.api.LineRange;
import io.directord.common.config.Settings;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Shows and changes what the server keeps, by {@link ManageActions}. */
final class ManageMode implements Mode {
  private static final String JOB_INFO = "--job-info";
  private static final String LIST_NODES = "--list-nodes";
  private static final String LABEL = "--label";
  private static final String LIST_JOBS = "--list-jobs";
  private static final String EXPORT_JOBS = "--export-jobs";
  private static final String EXPORT_NODES = "--export-nodes";
  private static final String DUMP_CACHE = "--dump-cache";
  private static final String PURGE_JOBS = "--purge-jobs";
  private static final String FORGET_NODE = "--forget-node";
  private static final String MAY = "--may";
  private static final String AUDIT = "--audit";
  private static final String PURGE_NODES = "--purge-nodes";
  private static final Set<String> ASKING = Set.of(PURGE_JOBS, PURGE_NODES, FORGET_NODE);
  private static final Set<String> NO_TABLES = Set.of(EXPORT_JOBS, EXPORT_NODES, DUMP_CACHE);
  private static final String METRICS = "--metrics";

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
  private String node;
  private final List<String> targets = new ArrayList<>();
  private final TargetOptions lists = new TargetOptions();
  private final List<String> words = new ArrayList<>();
  private final Map<String, String> lines = new LinkedHashMap<>();
  private OutputFormat format;
  private String since;
  private String by;

  @Override
  public Spec spec() {
    Spec spec =
        Spec.of("manage", this)
            .usage(
                "directord manage ACTION [options]",
                "Shows and changes what the server knows of jobs and nodes. ACTION is one of the"
                    + " options from --list-nodes to --dump-cache.");
    addQuestions(spec);
    addChanges(spec);
    return spec.operands(
            "LABEL",
            "With --label: role=web site=ham, or role- to remove it. With --may: VERB NODE.",
            words::add)
        .targets(
            "--target",
            "EXPR",
            "With --list-nodes: only the nodes that these targets stand for; several as with exec.",
            targets::add)
        .choice(
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
        .option(
            "--node", "NODE", "With --job-info: the job on this node only.", given -> node = given)
        .option(
            "--tail",
            "N",
            "With --node: the last N lines of each output.",
            given -> lines.put("--tail", given))
        .option("--head", "N", "Likewise the first N lines.", given -> lines.put("--head", given))
        .option(
            "--lines",
            "A:B",
            "Likewise the lines from A to B; one may be missing.",
            given -> lines.put("--lines", given))
        .option(
            "--since",
            "TIME",
            "With --audit: only from then on: a time such as 2026-01-31T12:00:00Z, or 1h for the"
                + " last hour.",
            given -> since = given)
        .option("--by", "WHO", "With --audit: only of this user or token.", given -> by = given)
        .flag(
            "--yes",
            "With --purge-jobs, --purge-nodes and --forget-node: do not ask at a terminal.",
            given -> sure = given)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "table, json, yaml or jsonl. Default: table; for exported files yaml, for the cache json.",
            given -> format = given)
        .examples(
            "  directord manage --list-nodes",
            "  directord manage --status",
            "  directord manage --list-nodes --target '@role=web and @state=away'",
            "  directord manage --label 'web-*' role=web site-",
            "  directord manage --forget-node '@state=expired'",
            "  directord manage --list-jobs --filter failed --output json",
            "  directord manage --job-info last",
            "  directord manage --job-info last --node web-1 --tail 200",
            "  directord manage --cancel 3acf5f9e",
            "  directord manage --resume 3acf5f9e",
            "  directord manage --whoami",
            "  directord manage --may ada RUN web-1",
            "  directord manage --audit --since 1h --by ada",
            "  directord manage --export-jobs jobs.yaml",
            "  directord manage --backup directord.backup");
  }

  private void addQuestions(Spec spec) {
    flag(
        spec,
        LIST_NODES,
        "All nodes that have joined, with their labels.",
        actions -> actions.nodes().listNodes(lists.read("--target", targets)));
    flag(
        spec,
        "--status",
        "The server: how many nodes it has, and which one leads of several with one database.",
        actions -> actions.server().status());
    flag(
        spec,
        "--list-refused",
        "The clients that were refused within the last hour: when, how often, from where and why.",
        actions -> actions.nodes().listRefused());
    flag(
        spec,
        LIST_JOBS,
        "The jobs that the server keeps, the newest last; at a terminal the newest of them.",
        actions -> actions.jobs().listJobs(filter == null ? null : filter::shows, limit));
    option(
        spec,
        JOB_INFO,
        "ID",
        "All about a job. ID: its id or the beginning of it, last, last~1 and so on.",
        (actions, id) ->
            node == null
                ? actions.jobs().jobInfo(id)
                : actions.jobs().jobOnNode(id, node, range()));
    option(
        spec,
        "--analyze-parent",
        "ID",
        "How long the jobs of a parent took, and where. ID: of the parent or one of its jobs, or"
            + " the fingerprint of its entry.",
        (actions, id) -> actions.jobs().analyzeParent(id));
    option(
        spec,
        "--analyze-job",
        "ID",
        "The same of one job.",
        (actions, id) -> actions.jobs().analyzeJob(id));
    flag(spec, "--analyze-all", "The same of all jobs.", actions -> actions.jobs().analyzeAll());
    flag(
        spec,
        "--whoami",
        "Who you are for the server, and what you may do there.",
        actions -> actions.server().whoAmI());
    flag(
        spec,
        AUDIT,
        "What was asked of the server: who, from where, what, on which nodes, allowed or not.",
        actions -> actions.server().audit(since, by));
    flag(
        spec,
        "--verify-audit",
        "Whether the audit log holds together; status 1 if not.",
        actions -> actions.server().verifyAudit());
    flag(
        spec,
        "--hooks",
        "The hooks of the server's configuration: how many events wait, what was started, and"
            + " why not.",
        actions -> actions.server().hooks());
    option(
        spec,
        MAY,
        "WHO",
        "Whether a token, role or user may run a verb on a node: --may WHO VERB NODE; WHO may be"
            + " me.",
        (actions, who) -> actions.server().may(who, words));
    option(
        spec,
        EXPORT_JOBS,
        "FILE",
        "Write all jobs with their results into a file; - is standard output.",
        (actions, id) -> actions.jobs().exportJobs(id));
    option(
        spec,
        "--backup",
        "FILE",
        "Make a backup of all that the server keeps, while it works, in a file for you alone."
            + " 'directord server --restore FILE' makes a store of it.",
        (actions, file) -> actions.server().backup(file));
    flag(
        spec,
        METRICS,
        "What Prometheus reads of the server, as text: how many jobs and nodes, how fast, how full.",
        actions -> actions.server().metrics());
    option(
        spec,
        EXPORT_NODES,
        "FILE",
        "Write all nodes with what the server knows of them into a file; - is standard output.",
        (actions, id) -> actions.nodes().exportNodes(id));
  }

  private void addChanges(Spec spec) {
    option(
        spec,
        "--cancel",
        "ID",
        "End a job, or all jobs of a parent, on all nodes.",
        (actions, id) -> actions.jobs().cancel(id));
    option(
        spec,
        LABEL,
        "EXPR",
        "Label these nodes: LABEL is role=web, or role- to remove it.",
        (actions, nodes) -> actions.nodes().label(lists.read(LABEL, List.of(nodes)), labels()));
    option(
        spec,
        "--pause",
        "ID",
        "Have a parent begin on no further node; what runs finishes. For those with a batch or a"
            + " deadline.",
        (actions, id) -> actions.jobs().pause(id));
    option(
        spec,
        "--resume",
        "ID",
        "Have a paused parent go on; failures up to now count no more.",
        (actions, id) -> actions.jobs().resume(id));
    flag(
        spec,
        PURGE_JOBS,
        "Forget all jobs that have ended.",
        actions -> actions.jobs().purgeJobs(sure));
    flag(
        spec,
        PURGE_NODES,
        "Forget all nodes and their keys.",
        actions -> actions.nodes().purgeNodes(sure));
    option(
        spec,
        FORGET_NODE,
        "EXPR",
        "Forget a node and its key, so that it may join anew; or all that an expression stands for.",
        (actions, nodes) ->
            actions.nodes().forgetNodes(lists.read(FORGET_NODE, List.of(nodes)), sure));
    flag(
        spec,
        DUMP_CACHE,
        "What the client on this machine has cached; asks no server.",
        actions -> actions.server().dumpCache());
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
    if (!targets.isEmpty() && !asked.containsKey(LIST_NODES)) {
      throw Failure.usage("manage: --target goes with --list-nodes only");
    }
    if (words.stream().anyMatch(String::isBlank)) {
      throw Failure.usage("manage: a word is empty; is a variable not set?");
    }
    if (!words.isEmpty() && !asked.containsKey(LABEL) && !asked.containsKey(MAY)) {
      throw Failure.usage("manage: what is " + Quoted.of(words.get(0)) + " for?");
    }
    if (node != null && !asked.containsKey(JOB_INFO)) {
      throw Failure.usage("manage: --node goes with --job-info only");
    }
    if (node == null && !lines.isEmpty()) {
      String option = lines.keySet().iterator().next();
      throw Failure.usage("manage: " + option + " goes with --job-info and --node only");
    }
    if (lines.size() > 1) {
      throw Failure.usage("manage: only one of --tail, --head and --lines can be given");
    }
    if ((since != null || by != null) && !asked.containsKey(AUDIT)) {
      throw Failure.usage("manage: --since and --by go with --audit only");
    }
    String what = asked.keySet().iterator().next();
    if (sure && !ASKING.contains(what)) {
      throw Failure.usage(
          "manage: --yes goes with --purge-jobs, --purge-nodes and --forget-node only");
    }
    if (format != null && what.equals(METRICS)) {
      throw Failure.usage("manage: --metrics has one form, which --output does not change");
    }
    boolean isNoFile = format == OutputFormat.TABLE || format == OutputFormat.JSONL;
    if (isNoFile && NO_TABLES.contains(what)) {
      throw Failure.usage(
          "manage: " + what + " makes no " + format + "; --output is yaml or json there");
    }
    return asked.values().iterator().next().run(new ManageActions(settings, console, format));
  }

  /** Values by name; null for one that is removed. */
  private Map<String, String> labels() throws Failure {
    if (words.isEmpty()) {
      throw Failure.usage(
          "manage: --label needs what to set, such as role=web, or role- to remove");
    }
    Map<String, String> labels = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        labels.put(word.substring(0, equals), word.substring(equals + 1));
      } else if (word.length() > 1 && word.endsWith("-")) {
        labels.put(word.substring(0, word.length() - 1), null);
      } else {
        throw Failure.usage(
            "manage: --label: role=web, or role- to remove it, is expected, not "
                + Quoted.of(word));
      }
    }
    return labels;
  }

  private LineRange range() throws Failure {
    try {
      return LineRange.of(lines.get("--tail"), lines.get("--head"), lines.get("--lines"));
    } catch (IllegalArgumentException e) {
      throw Failure.usage("manage: --" + e.getMessage());
    }
  }
}
