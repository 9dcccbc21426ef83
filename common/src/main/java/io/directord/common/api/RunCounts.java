package io.directord.common.api;

import io.directord.common.job.RunDetails;

/**
 * Counts of a job's runs on its targets.
 *
 * @param changed targets that it changed
 * @param unchanged targets that it is known not to have changed; the others are unknown
 * @param retried targets on which it was tried more than once
 * @param cut targets whose output was cut
 */
public record RunCounts(int changed, int unchanged, int retried, int cut) {
  static final RunCounts NONE = new RunCounts(0, 0, 0, 0);

  RunCounts plus(RunDetails run) {
    return new RunCounts(
        changed + one(Boolean.TRUE.equals(run.changed())),
        unchanged + one(Boolean.FALSE.equals(run.changed())),
        retried + one(run.wasRetried()),
        cut + one(run.cut()));
  }

  /** Whether changes are known for some target. */
  public boolean knowsChanges() {
    return changed + unchanged > 0;
  }

  private static int one(boolean counts) {
    return counts ? 1 : 0;
  }
}
