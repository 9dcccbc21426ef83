package io.directord.common.api;

import java.util.Comparator;
import java.util.Locale;

/** How jobs that have not ended are sorted; those that are equal by it by their age. */
public enum JobOrder {
  /** The oldest first. */
  AGE,
  /** Those with the most nodes left first. */
  LEFT,
  /** Those with the most failures first. */
  FAILED;

  /** As requests have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Leaves equal ones as they are. */
  public Comparator<JobSummary> comparator() {
    return switch (this) {
      case AGE -> Comparator.comparing(JobSummary::submittedAt);
      case LEFT -> Comparator.comparing((JobSummary job) -> -job.counts().open());
      case FAILED -> Comparator.comparing((JobSummary job) -> -job.failed());
    };
  }
}
