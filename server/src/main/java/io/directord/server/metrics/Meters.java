package io.directord.server.metrics;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.validation.ErrorCode;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.Locale;

/**
 * What is counted while the server works: a few additions each, without a lock. Thread-safe.
 * Durations are shown in seconds.
 */
public final class Meters {
  private static final double NANOS = 1e9;

  /** Seconds: from a write to a fast disk to a store that hangs. */
  private static final double[] COMMIT = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 40
  };

  /** Seconds: from an idle node to a job that waits for hours behind others. */
  private static final double[] WORK = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();

  private final Counter submitted =
      Counter.builder()
          .name("directord_jobs_submitted_total")
          .help("Jobs that were submitted and are durable.")
          .labelNames("verb")
          .register(registry);

  private final Counter ended =
      Counter.builder()
          .name("directord_jobs_ended_total")
          .help("Jobs that have ended on all of their nodes.")
          .labelNames("verb", "outcome")
          .register(registry);

  private final Counter results =
      Counter.builder()
          .name("directord_results_total")
          .help("Results of jobs on nodes that are durable.")
          .labelNames("outcome", "reason")
          .register(registry);

  private final Counter refused =
      Counter.builder()
          .name("directord_requests_refused_total")
          .help("Requests at the API that were refused, by error code.")
          .labelNames("code")
          .register(registry);

  private final Histogram commits =
      histogram(
          "directord_commit_duration_seconds", "From a decision until the store has it.", COMMIT);

  private final Histogram dispatch =
      histogram(
          "directord_dispatch_duration_seconds",
          "From the submission of a job until it is first sent to a node.",
          WORK);

  private final Histogram nodes =
      histogram(
          "directord_node_duration_seconds",
          "From sending a job to a node until its result is there.",
          WORK);

  private Histogram histogram(String name, String help, double[] upTo) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(upTo)
        .register(registry);
  }

  /** The store has a job. */
  public void submitted(String verb) {
    submitted.labelValues(verb).inc();
  }

  /** A job has ended on all of its nodes. */
  public void ended(JobSummary job) {
    ended.labelValues(job.verb(), outcome(job)).inc();
  }

  private static String outcome(JobSummary job) {
    if (job.failed() > 0) {
      return "failed";
    }
    return job.counts().done() > 0 ? "succeeded" : "skipped";
  }

  /** The store has a result. */
  public void result(NodeOutcome outcome) {
    String reason = outcome.reason() == null ? "" : word(outcome.reason());
    results.labelValues(word(outcome.state()), reason).inc();
    if (outcome.startedAt() != null) {
      nodes.observe(seconds(outcome.roundtripTime()));
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** The store has what was decided so long ago. */
  public void committed(Duration after) {
    commits.observe(seconds(after));
  }

  /** A job was sent to a node for the first time. */
  public void sent(Duration afterSubmission) {
    dispatch.observe(seconds(afterSubmission));
  }

  /** A request was refused. */
  public void refused(ErrorCode code) {
    refused.labelValues(code.text()).inc();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS;
  }

  MetricSnapshots snapshots() {
    return registry.scrape();
  }
}
