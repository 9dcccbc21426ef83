package io.directord.common.component;

import io.directord.common.job.Outcome;

/** Thrown by a job that fails on a node; the message is for the operator. */
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
