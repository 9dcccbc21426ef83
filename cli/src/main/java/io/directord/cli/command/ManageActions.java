package io.directord.cli.command;

import io.directord.cli.console.Confirmation;
import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.output.Display;
import io.directord.cli.output.Exported;
import io.directord.cli.output.JobSheet;
import io.directord.cli.output.JobTable;
import io.directord.cli.output.NodeTable;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.ResultSheet;
import io.directord.cli.output.Structured;
import io.directord.cli.output.Tables;
import io.directord.client.CacheDump;
import io.directord.common.api.Analysis;
import io.directord.common.api.ApiException;
import io.directord.common.api.Bodies;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.LineRange;
import io.directord.common.api.NodeView;
import io.directord.common.api.RefusedNode;
import io.directord.common.api.ResultView;
import io.directord.common.api.RunState;
import io.directord.common.api.ServerConnection;
import io.directord.common.api.ServerStatus;
import io.directord.common.config.Settings;
import io.directord.common.target.FoldedNames;
import io.directord.common.target.Target;
import io.directord.common.validation.Counted;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The actions of {@code manage}; every method returns the exit status. */
final class ManageActions {
  private static final int NOT_FOUND = 404;

  /** In characters; a request line has 16 KiB at most, in which each may take three bytes. */
  private static final int MAX_EXPRESSION = 4000;

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
  ManageActions(Settings settings, Console console, OutputFormat format)
      throws Failure, IOException {
    this.settings = settings;
    this.server = new ServerConnection(Servers.of(settings), new BusyServer(console::error));
    this.console = console;
    this.format = format;
  }

  /**
   * @param targets stand for the only nodes; empty for all
   */
  int listNodes(List<String> targets) throws Failure, IOException {
    Bodies.Nodes known = targets.isEmpty() ? server.nodeList() : nodesOf("--target", targets);
    int status = list(known.nodes(), () -> NodeTable.of(known.nodes(), console.columns()));
    PrintStream people = isTable() ? console.out() : console.err();
    for (RefusedNode node : known.refused()) {
      Display.wrapped(console.shown(refused(node)), console.columns()).forEach(people::println);
    }
    known.warnings().forEach(warning -> console.error("The server: " + warning));
    return status;
  }

  /** Those that any of the targets stands for. */
  private Bodies.Nodes nodesOf(String option, List<String> targets) throws Failure, IOException {
    Map<String, NodeView> nodes = new TreeMap<>();
    Bodies.Nodes last = null;
    for (String target : targets) {
      last = matching(option, List.of(target), () -> server.nodeList(target));
      last.nodes().forEach(node -> nodes.put(node.identity(), node));
    }
    return new Bodies.Nodes(List.copyOf(nodes.values()), last.refused(), last.warnings());
  }

  int metrics() throws IOException {
    console.out().print(server.metrics());
    return ExitStatus.OK;
  }

  /**
   * @param since a time, or how long ago; null for all
   */
  int audit(String since, String by) throws Failure, IOException {
    Bodies.Audit found = server.access().audit(since == null ? null : AuditTable.since(since), by);
    List<JsonNode> lines = found.lines();
    int status = list(lines, () -> AuditTable.of(lines, console.columns()).lines());
    if (found.omitted() > 0) {
      console.error(
          Counted.of(found.omitted(), "older line")
              + " left out: these are the newest; --since and --by narrow them");
    }
    return status;
  }

  /** Ends with status 1 if the log does not hold together. */
  int verifyAudit() throws IOException {
    Bodies.AuditVerified found = server.access().verifyAudit();
    show(found, () -> List.of(AuditTable.verified(found)));
    return found.error() == null ? ExitStatus.OK : ExitStatus.FAILED;
  }

  int whoAmI() throws IOException {
    Bodies.WhoAmI me = server.access().whoAmI();
    return show(me, () -> RightsText.of(me));
  }

  /** Ends with status 1 if the answer is no. */
  int may(String who, List<String> words) throws Failure, IOException {
    if (words.size() != 2) {
      throw Failure.usage("manage: --may needs WHO, VERB and NODE, such as: --may ada RUN web-1");
    }
    Bodies.May may;
    try {
      may = server.access().may(who.equals("me") ? null : who, words.get(0), words.get(1));
    } catch (ApiException e) {
      throw Failure.refused("manage: --may", e);
    }
    int status = show(may, () -> List.of(may.allowed() ? "yes" : "no: " + may.lacking()));
    return may.allowed() ? status : ExitStatus.FAILED;
  }

  int status() throws IOException {
    ServerStatus status = server.status();
    return show(status, () -> StatusText.of(status));
  }

  int listRefused() throws IOException {
    List<RefusedNode> refused = server.nodeList().refused();
    return list(refused, () -> NodeTable.refused(refused, console.columns()));
  }

  /** Sets labels, and removes those whose value is null. */
  int label(List<String> targets, Map<String, String> labels) throws Failure, IOException {
    boolean removes = labels.containsValue(null);
    List<NodeView> before = removes ? server.nodes() : List.of();
    List<String> nodes = matching("--label", targets, () -> server.label(targets, labels));
    Removals removals = removes ? Removals.of(labels, nodes, before, server.nodes()) : null;
    boolean sets = labels.values().stream().anyMatch(Objects::nonNull);
    List<String> labelled = sets ? nodes : removals.unlabelled();
    int status =
        show(
            Map.of("nodes", nodes),
            () ->
                labelled.isEmpty()
                    ? List.of()
                    : List.of(
                        Counted.of(labelled.size(), "node")
                            + " labelled: "
                            + FoldedNames.text(labelled)));
    if (removes) {
      removals.told().forEach(console::error);
    }
    return status;
  }

  /** Asks for the nodes of targets. */
  private static <T> T matching(String option, List<String> targets, Question<T> question)
      throws Failure, IOException {
    try {
      return question.ask();
    } catch (ApiException e) {
      throw TargetOptions.refused(option, targets, e);
    }
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
    if (format == OutputFormat.JSON) {
      asked(
          "--job-info",
          () -> {
            JobDocument.print(id, server, console.out());
            return null;
          });
      return ExitStatus.OK;
    }
    JobView job = asked("--job-info", () -> server.jobOf(id));
    boolean people = console.terminal() != null;
    return show(job, () -> people ? JobSheet.of(job, console.columns()) : Tables.job(job, id));
  }

  /** A job on one node, with some lines of its output. */
  int jobOnNode(String id, String node, LineRange range) throws Failure, IOException {
    ResultView result = asked("--job-info", () -> server.result(id, node, range));
    return show(result, () -> ResultSheet.of(result).stream().map(console::shown).toList());
  }

  int cancel(String id) throws Failure, IOException {
    Bodies.Cancelled result = asked("--cancel", () -> server.cancelOf(id));
    if (result.jobs().isEmpty() && isTable()) {
      console.error("Nothing to cancel: all of it has ended.");
    }
    int status =
        show(result, () -> result.jobs().stream().map(job -> cancelled(job, result)).toList());
    if (!result.omitted().isEmpty() && isTable()) {
      console.error("Later jobs of its parent are not run where it had not ended:");
      result.omitted().forEach(job -> console.error("  job " + job.number() + ": " + job.title()));
    }
    if (result.remaining() != null && isTable()) {
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
    RunState state = asked("--pause", () -> server.pause(id));
    return show(
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
    RunState state = asked("--resume", () -> server.resume(id));
    return show(
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

  /** At a terminal it is asked whether all nodes are meant that an expression stands for. */
  int forgetNodes(List<String> targets, boolean sure) throws Failure, IOException {
    if (targets.size() == 1 && Target.of(targets.get(0)) instanceof Target.OneNode) {
      return done(asked("--forget-node", () -> server.forgetNodes(targets.get(0))), "node");
    }
    Set<String> enrolled = new TreeSet<>();
    server.nodes().forEach(node -> enrolled.add(node.identity()));
    Map<Boolean, List<String>> named =
        targets.stream()
            .collect(Collectors.partitioningBy(one -> Target.of(one) instanceof Target.OneNode));
    Set<String> names = new TreeSet<>(named.get(true));
    if (!named.get(false).isEmpty()) {
      nodesOf("--forget-node", named.get(false))
          .nodes()
          .forEach(node -> names.add(node.identity()));
    }
    if (!sure && console.terminal() != null) {
      Confirmation.require(
          "Forget "
              + Counted.of(names.size(), "node")
              + " and their keys, and fail what they have not answered: "
              + FoldedNames.text(names)
              + "?",
          console);
    }
    int forgotten = 0;
    // Jobs may be held for those that have not enrolled; if not, nothing else is forgotten.
    for (String name : names) {
      if (!enrolled.contains(name)) {
        forgotten += asked("--forget-node", () -> server.forgetNodes(name));
      }
    }
    names.retainAll(enrolled);
    for (String some : expressions(names)) {
      forgotten += asked("--forget-node", () -> server.forgetNodes(some));
    }
    return done(forgotten, "node");
  }

  /** The names in as few expressions as requests can have. */
  private static List<String> expressions(Set<String> names) {
    List<String> expressions = new ArrayList<>();
    for (String term : FoldedNames.of(names)) {
      String one = names.contains(term) ? '"' + term + '"' : term;
      int last = expressions.size() - 1;
      if (last < 0 || expressions.get(last).length() + one.length() > MAX_EXPRESSION) {
        expressions.add(one);
      } else {
        expressions.set(last, expressions.get(last) + " or " + one);
      }
    }
    return expressions;
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

  /** Sends a request that names something. */
  private static <T> T asked(String option, Question<T> question) throws Failure, IOException {
    try {
      return question.ask();
    } catch (ApiException e) {
      throw Failure.refused(option, e);
    }
  }
}
