package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.Extremes;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.Totals;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Sums up how long jobs took, one job at a time. Not thread-safe. */
final class Analyst {
  private static final Duration MAX = Duration.ofNanos(Long.MAX_VALUE);

  private final Map<String, Duration> execution = new TreeMap<>();
  private final Map<String, Duration> roundtrip = new TreeMap<>();
  private final Set<String> nodes = new HashSet<>();
  private Instant begin;
  private Instant end;
  private Duration longest = Duration.ZERO;
  private int jobs;
  private int successes;
  private int failures;

  /**
   * @param answers existing results
   */
  void add(JobSummary job, Iterable<NodeOutcome> answers) {
    jobs++;
    begin = begin == null || job.submittedAt().isBefore(begin) ? job.submittedAt() : begin;
    if (job.endedAt() != null && (end == null || job.endedAt().isAfter(end))) {
      end = job.endedAt();
    }
    longest = Outcomes.longer(longest, job.roundtripTime());
    for (NodeOutcome answer : answers) {
      nodes.add(answer.node());
      if (answer.state() == NodeOutcome.State.FAILED) {
        failures++;
      } else {
        successes++;
      }
      if (answer.startedAt() != null) {
        execution.merge(answer.node(), answer.executionTime(), Analyst::plus);
        roundtrip.merge(answer.node(), answer.roundtripTime(), Analyst::plus);
      }
    }
  }

  /** Limit of a duration, since those of nodes are not trusted. */
  private static Duration plus(Duration a, Duration b) {
    Duration sum = a.compareTo(MAX) > 0 ? MAX : a.plus(b.compareTo(MAX) > 0 ? MAX : b);
    return sum.compareTo(MAX) > 0 ? MAX : sum;
  }

  boolean sawNothing() {
    return jobs == 0;
  }

  /**
   * The totals; at least one job must have been added. The wall clock may have been set back
   * between two times, so that what was measured without it is longer.
   */
  Analysis result(UUID id) {
    Duration combined = execution.values().stream().reduce(Duration.ZERO, Analyst::plus);
    return new Analysis(
        id,
        end == null ? Duration.ZERO : Outcomes.longer(longest, Duration.between(begin, end)),
        combined,
        new Extremes(
            fastest(execution), fastest(roundtrip), slowest(execution), slowest(roundtrip)),
        combined.dividedBy(jobs),
        new Totals(failures, jobs, nodes.size(), successes));
  }

  private static String fastest(Map<String, Duration> times) {
    return times.entrySet().stream()
        .min(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  private static String slowest(Map<String, Duration> times) {
    return times.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(null);
  }
}
