package io.directord.cli.output;

import io.directord.common.api.JobCounts;
import io.directord.common.api.JobProgress;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunCounts;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.python.PythonText;
import io.directord.common.target.FoldedNames;
import io.directord.common.target.Target;
import io.directord.common.validation.Counted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Everything about one job, for people at a terminal: what it does, how it ended, and the output of
 * nodes in lines of any length. Nodes with the same result are put together.
 */
public final class JobSheet {
  private static final String INDENT = "  ";

  /** Maximum number of node names per group; JSON and YAML have all. */
  private static final int MAX_NAMES = 5;

  private static final int MAX_FAILED = 20;

  /** Keys that are shown elsewhere on the sheet, or are of no interest. */
  private static final Set<String> SAID =
      Set.of(
          "verb",
          "dry_run",
          "job_id",
          "job_name",
          "job_sha3_224",
          "parent_id",
          "parent_name",
          "parent_sha3_224",
          "targets",
          "stream");

  private final JobView job;
  private final int columns;
  private final List<String> lines = new ArrayList<>();

  /** What is shown of a node. */
  private record Said(boolean failed, String how, String stdout, String stderr) {}

  private JobSheet(JobView job, int columns) {
    this.job = job;
    this.columns = columns;
  }

  /**
   * Lines for {@code manage --job-info}.
   *
   * @param columns of the terminal, for all but output
   */
  public static List<String> of(JobView job, int columns) {
    JobSheet sheet = new JobSheet(job, columns);
    sheet.head();
    sheet.nodes();
    return sheet.lines.stream().map(Display::harmless).toList();
  }

  private void head() {
    JobSummary summary = job.summary();
    lines.add(Display.cut(summary.title().line(), columns));
    field("id", summary.id().toString());
    if (!summary.parent().id().equals(summary.id())) {
      String name = summary.parent().name();
      field("parent", summary.parent().id() + (name == null ? "" : " '" + name + "'"));
    }
    if (summary.dryRun()) {
      field("dry run", "nothing was changed; nodes say what the job would do");
    }
    field("fingerprint", summary.fingerprint());
    field("submitted", Times.moment(summary.submittedAt()) + " by " + job.submittedBy());
    if (summary.endedAt() != null) {
      Duration time = Duration.between(summary.submittedAt(), summary.endedAt());
      boolean clockWasSetBack = time.compareTo(summary.roundtripTime()) < 0;
      field(
          "ended",
          Times.moment(summary.endedAt())
              + ", after "
              + Elapsed.text(clockWasSetBack ? summary.roundtripTime() : time)
              + "; it ran for "
              + Elapsed.text(summary.executionTime())
              + " at most");
    }
    JobProgress progress = summary.progress();
    if (progress.paused() != null) {
      field("paused", progress.paused());
    }
    if (progress.heldUntil() != null) {
      field(
          "held",
          "until "
              + Times.moment(progress.heldUntil())
              + ", for "
              + Counted.of(progress.held(), "node"));
    }
    field("nodes", nodes(summary, unknown(), notStarted()));
    String targets = written(job.definition().path("targets"));
    if (!targets.isEmpty()) {
      field("targets", targets);
    }
    if (!job.limit().isEmpty()) {
      field("limit", String.join(", ", job.limit()));
    }
    if (!job.leftOut().isEmpty()) {
      field("left out", names(job.leftOut(), MAX_FAILED) + ", since expired");
    }
    if (!job.forgotten().isEmpty()) {
      field("left out", names(job.forgotten(), MAX_FAILED) + ", since forgotten");
    }
    for (var entry : job.definition().properties()) {
      if (!SAID.contains(entry.getKey()) && !isNothing(entry.getValue())) {
        field(label(entry.getKey()), text(entry.getKey(), entry.getValue()));
      }
    }
  }

  /** Targets with expressions, as they were written; names stand below. */
  private static String written(JsonNode targets) {
    List<String> texts = targets.valueStream().map(JsonNode::asString).toList();
    return Target.of(texts).stream().anyMatch(Target.Matching.class::isInstance)
        ? names(texts, MAX_FAILED)
        : "";
  }

  /** How the parent goes about it is not told as a key of the job. */
  private static String label(String key) {
    return key.equals("parent_rolling") || key.equals("parent_deadline")
        ? key.substring("parent_".length())
        : key;
  }

  /** A line for each file. */
  private static String text(String key, JsonNode value) {
    if (!key.equals(SourceFile.KEY) || !value.isArray() || value.isEmpty()) {
      return PythonText.plain(value);
    }
    return value
        .valueStream()
        .map(file -> file.path("path").asString("?") + to(file))
        .collect(Collectors.joining("\n"));
  }

  private static String to(JsonNode file) {
    return file.hasNonNull("to") ? " -> " + file.get("to").asString("?") : "";
  }

  private static boolean isNothing(JsonNode value) {
    return value.isNull() || value.isBoolean() && !value.booleanValue();
  }

  /** Nodes of which it is not known how the job ended there, as the result was lost. */
  private int unknown() {
    long unknown =
        job.nodes().stream().filter(node -> node.reason() == Outcome.Reason.RESULT_LOST).count();
    return (int) Math.min(unknown, job.summary().counts().lost());
  }

  /** Nodes on which its parent never began. */
  private int notStarted() {
    return (int)
        job.nodes().stream().filter(node -> node.reason() == Outcome.Reason.NOT_STARTED).count();
  }

  private static String nodes(JobSummary job, int unknown, int notStarted) {
    JobCounts counts = job.counts();
    List<String> words = new ArrayList<>();
    if (job.dryRun()) {
      foreseen(counts, words);
    } else {
      add(words, counts.done(), "ok");
      add(words, counts.skipped(), "skipped");
      add(words, counts.broken(), "failed");
    }
    add(words, counts.lost() - unknown, "lost");
    add(words, unknown, "unknown");
    add(words, notStarted, "not started");
    add(words, counts.omitted() - notStarted, "not run after a failure");
    add(words, counts.open(), "not done yet");
    String beside = job.dryRun() ? "" : String.join(", ", beside(counts));
    return counts.targets()
        + ": "
        + String.join(", ", words)
        + (beside.isEmpty() ? "" : "; " + beside);
  }

  /** Jobs that would be skipped are known to change nothing. */
  private static void foreseen(JobCounts counts, List<String> words) {
    RunCounts runs = counts.runs();
    add(words, runs.changed(), "would change");
    add(words, runs.unchanged() - counts.skipped(), "unchanged");
    add(words, counts.succeeded() - runs.changed() - runs.unchanged(), "unknown");
    add(words, counts.skipped(), "would be skipped");
    add(words, counts.broken(), "would fail");
  }

  private static List<String> beside(JobCounts counts) {
    RunCounts runs = counts.runs();
    List<String> words = new ArrayList<>();
    if (runs.knowsChanges()) {
      words.add(runs.changed() + " changed");
    }
    add(words, runs.retried(), "tried more than once");
    add(words, runs.cut(), "with output that was cut");
    add(words, counts.resultsLost(), "whose results are missing from the server's store");
    return words;
  }

  private static void add(List<String> words, int count, String what) {
    if (count > 0) {
      words.add(count + " " + what);
    }
  }

  private void field(String name, String value) {
    List<String> parts = value.strip().lines().toList();
    String label = String.format("%s%-12s", INDENT, name);
    for (int i = 0; i < parts.size(); i++) {
      String line = (i == 0 ? label : " ".repeat(label.length())) + " " + parts.get(i);
      lines.addAll(Display.wrapped(line, columns, label.length() + 1));
    }
  }

  private void nodes() {
    Map<Said, List<String>> groups = new LinkedHashMap<>();
    for (NodeOutcome node : job.nodes()) {
      groups.computeIfAbsent(said(node), same -> new ArrayList<>()).add(node.node());
    }
    // Failures stand last, where they are seen.
    groups.forEach((said, nodes) -> group(said, nodes, false));
    groups.forEach((said, nodes) -> group(said, nodes, true));
  }

  /** A text that begins with the reason, as that of INTERRUPTED does, says it once. */
  private static String without(Outcome.Reason reason, String info) {
    String word = String.valueOf(reason).toLowerCase(Locale.ROOT) + ": ";
    return info.startsWith(word) ? info.substring(word.length()) : info;
  }

  /** How the job stands on a node. */
  public static String how(NodeOutcome node) {
    return how(node, false);
  }

  private static String how(NodeOutcome node, boolean dryRun) {
    String info = node.info() == null ? "" : node.info().strip();
    if (dryRun && node.state() != NodeOutcome.State.FAILED && node.state().ended()) {
      return info;
    }
    return switch (node.state()) {
      case WAITING -> info.isEmpty() ? "not sent yet" : info;
      case SENT -> "sent";
      case RUNNING -> "running";
      case SUCCEEDED -> "ok" + beside(node.details());
      case SKIPPED -> "skipped: " + info;
      case FAILED -> node.reason() + beside(node.details()) + ": " + without(node.reason(), info);
    };
  }

  private Said said(NodeOutcome node) {
    return new Said(
        node.state() == NodeOutcome.State.FAILED,
        job.summary().title().without(how(node, job.summary().dryRun())),
        orEmpty(node.stdout()),
        orEmpty(node.stderr()));
  }

  private static String beside(RunDetails run) {
    String changed =
        run.changed() == null ? "" : run.changed() ? ", changed" : ", nothing was to be changed";
    return changed
        + (run.wasRetried() ? ", tried " + run.attempts() + " times" : "")
        + (run.cut() ? ", output cut" : "");
  }

  private void group(Said said, List<String> nodes, boolean failed) {
    if (said.failed() != failed) {
      return;
    }
    lines.add("");
    String how = names(nodes, failed ? MAX_FAILED : MAX_NAMES) + "  " + said.how();
    lines.addAll(Display.wrapped(how, columns, 2 * INDENT.length()));
    said.stdout().lines().forEach(line -> lines.add(INDENT + line));
    if (!said.stderr().isBlank()) {
      lines.add(INDENT + "-- STDERR");
      said.stderr().lines().forEach(line -> lines.add(INDENT + line));
    }
  }

  private static String names(List<String> nodes, int max) {
    List<String> folded = FoldedNames.of(nodes);
    if (nodes.size() > max && folded.size() <= max) {
      return String.join(",", folded) + " (" + nodes.size() + " nodes)";
    }
    String some = String.join(", ", nodes.subList(0, Math.min(max, nodes.size())));
    return nodes.size() <= max ? some : some + " and " + (nodes.size() - max) + " more";
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}
