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
    return add(run, 1);
  }

  RunCounts minus(RunDetails run) {
    return add(run, -1);
  }

  private RunCounts add(RunDetails run, int more) {
    return new RunCounts(
        changed + (Boolean.TRUE.equals(run.changed()) ? more : 0),
        unchanged + (Boolean.FALSE.equals(run.changed()) ? more : 0),
        retried + (run.wasRetried() ? more : 0),
        cut + (run.cut() ? more : 0));
  }

  /** Whether changes are known for some target. */
  public boolean knowsChanges() {
    return changed + unchanged > 0;
  }
}
