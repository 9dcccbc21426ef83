package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;

/** Keys without which a job means nothing; jobs may come from programs that left them out. */
final class Given {
  private Given() {}

  static <T> T key(String name, T value) throws JobException {
    if (value == null) {
      throw new JobException(Outcome.Reason.REFUSED, "the job has no " + name);
    }
    return value;
  }
}
