package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;

/** Checks keys that a job needs; programs may have left them out. */
final class Given {
  private Given() {}

  static <T> T key(String name, T value) throws JobException {
    if (value == null) {
      throw new JobException(Outcome.Reason.REFUSED, "the job has no " + name);
    }
    return value;
  }
}
