package io.directord.legacy.dialect;

import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.wire.Control;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A job and its results with the original's keys, in its order. */
final class JobInfo {
  /** Texts of the original for the states of a job, and of a job on a node. */
  static final String UNKNOWN = control(Control.NONE);

  static final String PROCESSING = control(Control.PROCESSING);
  static final String END = control(Control.FINISHED);
  static final String FAILED = control(Control.FAILED);

  /** In the original's terms. */
  private static final String TIMEOUT = "Timeout encountered";

  /** What is said of a command that failed. */
  private static final Pattern EXIT_STATUS =
      Pattern.compile("exit status \\d+(: .*)?", Pattern.DOTALL);

  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private JobInfo() {}

  static ObjectNode of(JobView job) {
    JobSummary summary = job.summary();
    List<NodeOutcome> nodes = Shortened.of(job.nodes());
    Instant last = summary.endedAt() == null ? summary.submittedAt() : summary.endedAt();
    ObjectNode info = Json.object();
    info.put("_createtime", seconds(summary.submittedAt()));
    info.set("_executiontime", byNode(nodes, node -> seconds(node.executionTime())));
    info.put("_lasttime", seconds(last));
    info.set("_processing", byNode(nodes, JobInfo::state));
    info.set("_roundtripltime", byNode(nodes, node -> seconds(node.roundtripTime())));
    info.put("job_id", summary.id().toString());
    info.set("JOB_DEFINITION", job.definition());
    info.put("JOB_SHA3_224", summary.fingerprint());
    info.put("JOB_NAME", summary.name() == null ? summary.fingerprint() : summary.name());
    info.put("PARENT_JOB_ID", summary.parent().id().toString());
    info.put(
        "PARENT_JOB_NAME",
        summary.parent().name() == null
            ? summary.parent().id().toString()
            : summary.parent().name());
    info.put("VERB", summary.verb());
    info.put("COMPONENT_TIMESTAMP", latest(nodes, NodeOutcome::startedAt));
    info.set("INFO", byNode(nodes, node -> stripped(node.info())));
    info.put("PROCESSING", summary.processing() ? PROCESSING : END);
    info.put("RETURN_TIMESTAMP", latest(nodes, NodeOutcome::endedAt));
    info.set("STDERR", byNode(nodes, JobInfo::stderr));
    info.set("STDOUT", byNode(nodes, node -> stripped(node.stdout())));
    info.put("ROUNDTRIP_TIME", average(nodes, NodeOutcome::roundtripTime));
    info.put("EXECUTION_TIME", average(nodes, NodeOutcome::executionTime));
    info.set("_nodes", names(nodes, node -> true));
    info.set("SUCCESS", names(nodes, node -> state(node).equals(END)));
    info.set("FAILED", names(nodes, node -> state(node).equals(FAILED)));
    return info;
  }

  /** Seconds since 1970, with a fraction. */
  static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }

  static String local(Instant instant) {
    return LOCAL.format(instant.atZone(ZoneId.systemDefault()));
  }

  private static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }

  private static String state(NodeOutcome node) {
    return switch (node.state()) {
      case WAITING, SENT -> UNKNOWN;
      case RUNNING -> PROCESSING;
      case SUCCEEDED, SKIPPED -> END;
      case FAILED -> FAILED;
    };
  }

  private static ObjectNode byNode(List<NodeOutcome> nodes, Function<NodeOutcome, Object> part) {
    ObjectNode map = Json.object();
    nodes.forEach(node -> map.set(node.node(), Json.tree(part.apply(node))));
    return map;
  }

  private static ArrayNode names(List<NodeOutcome> nodes, Predicate<NodeOutcome> which) {
    ArrayNode names = Json.mapper().createArrayNode();
    nodes.stream().filter(which).forEach(node -> names.add(node.node()));
    return names;
  }

  /**
   * The standard error, and the reason of a failure: the original's programs show no more of a
   * failure than this. A command that has only failed says no more than it did there.
   */
  private static String stderr(NodeOutcome node) {
    String said = stripped(node.stderr());
    if (node.reason() == Outcome.Reason.TIMEOUT) {
      return said == null ? TIMEOUT : said + "\n" + TIMEOUT;
    }
    boolean hasReason =
        node.state() == NodeOutcome.State.FAILED
            && node.info() != null
            && !EXIT_STATUS.matcher(node.info()).matches();
    return said == null && hasReason ? stripped(node.info()) : said;
  }

  /** In the original's form; null if absent. */
  private static String stripped(String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  private static String latest(List<NodeOutcome> nodes, Function<NodeOutcome, Instant> time) {
    return nodes.stream()
        .map(time)
        .filter(Objects::nonNull)
        .max(Instant::compareTo)
        .map(JobInfo::local)
        .orElse(null);
  }

  private static String average(List<NodeOutcome> nodes, Function<NodeOutcome, Duration> time) {
    double average =
        nodes.stream().mapToDouble(node -> seconds(time.apply(node))).average().orElse(0);
    return String.format(Locale.ROOT, "%.8f", average);
  }

  private static String control(Control control) {
    return String.valueOf((char) control.code());
  }
}
