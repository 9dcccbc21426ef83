package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;

/** What was delivered is not what the job names. */
final class WrongContentException extends JobException {
  private static final long serialVersionUID = 1;

  private WrongContentException(String sha256, String got) {
    super(
        Outcome.Reason.REFUSED,
        "what was delivered has the fingerprint "
            + got
            + ", not "
            + sha256
            + ": give the command again; the server then verifies its copy");
  }

  static void require(String sha256, String got) throws WrongContentException {
    if (!got.equals(sha256)) {
      throw new WrongContentException(sha256, got);
    }
  }
}
