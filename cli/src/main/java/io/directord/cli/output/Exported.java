package io.directord.cli.output;

import io.directord.common.api.JobProgress;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.json.JsonTree;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Jobs and nodes under the original's keys, as its tables and exported files have them. */
public final class Exported {
  /** Seconds as plain decimals, since YAML 1.1 reads a number with an exponent as text. */
  private static final int MILLI_DIGITS = 3;

  private Exported() {}

  /** A job, with its keys in the order in which they are shown. */
  public static ObjectNode job(JobView job) {
    JobSummary summary = job.summary();
    ObjectNode out = JsonTree.object();
    out.put("JOB_ID", summary.id().toString());
    out.set("JOB_DEFINITION", job.definition());
    out.put("JOB_SHA3_224", summary.fingerprint());
    out.put("JOB_NAME", summary.name() == null ? summary.fingerprint() : summary.name());
    out.put("PARENT_JOB_ID", summary.parent().id().toString());
    out.put("PARENT_JOB_NAME", summary.parent().title());
    out.put("VERB", summary.verb());
    out.put("COMPONENT_TIMESTAMP", Times.moment(latest(job, NodeOutcome::startedAt)));
    out.set("INFO", byNode(job, Exported::info));
    out.put("PROCESSING", summary.processing());
    out.put("RETURN_TIMESTAMP", Times.moment(summary.endedAt()));
    out.set("STDERR", byNode(job, NodeOutcome::stderr));
    out.set("STDOUT", byNode(job, NodeOutcome::stdout));
    out.put("ROUNDTRIP_TIME", Times.seconds(summary.roundtripTime()));
    out.put("EXECUTION_TIME", Times.seconds(summary.executionTime()));
    out.set(
        "SUCCESS",
        names(job, node -> node.state().ended() && node.state() != NodeOutcome.State.FAILED));
    out.set("FAILED", names(job, node -> node.state() == NodeOutcome.State.FAILED));
    out.set("SKIPPED", names(job, node -> node.state() == NodeOutcome.State.SKIPPED));
    out.set("LEFT_OUT", texts(job.leftOut()));
    if (!job.limit().isEmpty()) {
      out.set("LIMIT", texts(job.limit()));
    }
    out.set("CHANGED", names(job, node -> Boolean.TRUE.equals(node.details().changed())));
    out.set("RETRIED", names(job, node -> node.details().wasRetried()));
    out.set("CUT", names(job, node -> node.details().cut()));
    out.put("RESULTS_LOST", summary.counts().resultsLost());
    out.put("SUBMITTED_BY", job.submittedBy());
    JobProgress progress = summary.progress();
    if (progress.paused() != null) {
      out.put("PAUSED", progress.paused());
    }
    if (progress.heldUntil() != null) {
      out.put("HELD", progress.held());
      out.put("HELD_UNTIL", Times.moment(progress.heldUntil()));
    }
    return out;
  }

  /**
   * A node.
   *
   * @param now reference of its expiry time
   */
  public static ObjectNode node(NodeView node, Instant now) {
    BigDecimal expiry = BigDecimal.valueOf(node.expiry().toMillis(), MILLI_DIGITS);
    return JsonTree.object()
        .put("active", node.state() == NodeView.State.ACTIVE)
        .put("agent_uptime", Times.uptime(node.client().agentUptime()))
        .put("driver", node.client().driver())
        .put("expire_time", BigDecimal.valueOf(now.toEpochMilli(), MILLI_DIGITS).add(expiry))
        .put("expiry", expiry)
        .put("host_uptime", Times.uptime(node.client().hostUptime()))
        .put("identity", node.identity())
        .put("machine_id", node.client().machineId())
        .put("version", node.version())
        .put("state", node.state().name())
        .put("last_seen", Times.moment(node.lastSeen()));
  }

  /** The node's message, or the state of the job on it. */
  private static String info(NodeOutcome node) {
    return switch (node.state()) {
      case WAITING -> JobSheet.how(node);
      case SENT -> "task queued";
      case RUNNING -> "task processing";
      case SUCCEEDED, SKIPPED, FAILED -> node.info();
    };
  }

  private static ObjectNode byNode(JobView job, Function<NodeOutcome, String> part) {
    ObjectNode out = JsonTree.object();
    for (NodeOutcome node : job.nodes()) {
      String text = part.apply(node);
      if (text != null && !text.isBlank()) {
        out.put(node.node(), text.stripTrailing());
      }
    }
    return out;
  }

  private static ArrayNode names(JobView job, Predicate<NodeOutcome> which) {
    ArrayNode names = JsonTree.array();
    job.nodes().stream().filter(which).forEach(node -> names.add(node.node()));
    return names;
  }

  private static ArrayNode texts(List<String> all) {
    ArrayNode texts = JsonTree.array();
    all.forEach(texts::add);
    return texts;
  }

  private static Instant latest(JobView job, Function<NodeOutcome, Instant> time) {
    return job.nodes().stream()
        .map(time)
        .filter(Objects::nonNull)
        .max(Instant::compareTo)
        .orElse(null);
  }
}
