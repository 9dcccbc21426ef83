package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.job.Parent;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * One job and how far it has come, without output. Its JSON form is flat.
 *
 * @param processing whether some target has no result yet
 */
public record JobSummary(
    UUID id,
    Parent parent,
    @JsonUnwrapped JobTitle title,
    @JsonUnwrapped JobOrigin origin,
    boolean processing,
    @JsonUnwrapped JobCounts counts,
    @JsonUnwrapped JobTimes times) {

  /** With so many lost results. */
  public JobSummary withResultsLost(int results) {
    return new JobSummary(
        id, parent, title, origin, processing, counts.withResultsLost(results), times);
  }

  public String fingerprint() {
    return title.fingerprint();
  }

  public String verb() {
    return title.verb();
  }

  /** What the author called it, or null. */
  public String name() {
    return title.name();
  }

  public Instant submittedAt() {
    return origin.submittedAt();
  }

  /** Number of targets. */
  public int targets() {
    return counts.targets();
  }

  /** Number of targets that succeeded, skipped ones included. */
  public int succeeded() {
    return counts.succeeded();
  }

  /** Number of targets that failed. */
  public int failed() {
    return counts.failed();
  }

  /** The longest on a node. */
  public Duration executionTime() {
    return times.executionTime();
  }

  /** The longest time from sending to a node to its result. */
  public Duration roundtripTime() {
    return times.roundtripTime();
  }

  /** When the last target ended; null while processing. */
  public Instant endedAt() {
    return times.endedAt();
  }
}
