package io.directord.common.component;

import io.directord.common.job.Outcome;

/** A job that failed on a node; the message is what the operator reads. */
public class JobException extends Exception {
  private final Outcome.Reason reason;

  public JobException(String message) {
    this(Outcome.Reason.ERROR, message);
  }

  public JobException(String message, Throwable cause) {
    super(message, cause);
    this.reason = Outcome.Reason.ERROR;
  }

  public JobException(Outcome.Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Outcome.Reason reason() {
    return reason;
  }
}
