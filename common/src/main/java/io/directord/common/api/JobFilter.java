package io.directord.common.api;

import java.util.Locale;
import java.util.Objects;

/**
 * Which jobs are listed, and how.
 *
 * @param text that they have in their id, the name of their parent, their user or their line,
 *     whatever its case; may be empty
 */
public record JobFilter(JobOrder order, String text) {
  /** All of them, the oldest first. */
  public static final JobFilter ALL = new JobFilter(JobOrder.AGE, "");

  /** Whether nothing is looked for, and nothing sorted. */
  public boolean isAll() {
    return order == JobOrder.AGE && text.isEmpty();
  }

  public boolean matches(JobSummary job) {
    return text.isEmpty() || line(job).contains(text.toLowerCase(Locale.ROOT));
  }

  private static String line(JobSummary job) {
    return String.join(
            " ",
            job.id().toString(),
            Objects.toString(job.parent().name(), ""),
            Objects.toString(job.origin().submittedBy(), ""),
            job.title().line())
        .toLowerCase(Locale.ROOT);
  }
}
