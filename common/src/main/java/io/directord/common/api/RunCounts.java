package io.directord.common.api;

import io.directord.common.job.RunDetails;

/**
 * What is known of a job's runs on its targets.
 *
 * @param changed targets on which it changed something
 * @param unchanged targets on which it is known to have changed nothing; of the others it is not
 *     known
 * @param retried targets on which it was tried more than once
 * @param cut targets of whose output a part was not kept
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

  /** Whether it is known of some target whether anything was changed. */
  public boolean knowsChanges() {
    return changed + unchanged > 0;
  }

  private static int one(boolean counts) {
    return counts ? 1 : 0;
  }
}
