package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.job.Parent;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * One job and how far it has come, without output. Its JSON form is flat.
 *
 * @param progress whether it goes on, and whether its parent does
 */
@JsonDeserialize(using = JobSummaryReader.class)
public record JobSummary(
    UUID id,
    Parent parent,
    @JsonUnwrapped JobTitle title,
    @JsonUnwrapped JobOrigin origin,
    @JsonUnwrapped JobProgress progress,
    @JsonUnwrapped JobCounts counts,
    @JsonUnwrapped JobTimes times) {

  /** Of a job whose parent begins everywhere at once. */
  public JobSummary(
      UUID id,
      Parent parent,
      JobTitle title,
      JobOrigin origin,
      boolean processing,
      JobCounts counts,
      JobTimes times) {
    this(id, parent, title, origin, JobProgress.of(processing), counts, times);
  }

  /** Whether some target has no result yet. */
  public boolean processing() {
    return progress.processing();
  }

  /** With so many lost results. */
  public JobSummary withResultsLost(int results) {
    return new JobSummary(
        id, parent, title, origin, progress, counts.withResultsLost(results), times);
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

  /** Whether its nodes only say what it would do. */
  public boolean dryRun() {
    return origin.dryRun();
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
