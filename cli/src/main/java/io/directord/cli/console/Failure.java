package io.directord.cli.console;

import io.directord.common.api.ApiException;

/** Ends a command with a message of a few lines for standard error, and an exit status. */
public final class Failure extends Exception {
  private final int status;

  public Failure(int status, String message) {
    this(status, message, null);
  }

  public Failure(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** Wrong usage of a command. */
  public static Failure usage(String message) {
    return new Failure(ExitStatus.USAGE, message);
  }

  /**
   * The server has refused a request. What was written is wrong if it says so, as of a word that is
   * no id or a node of another name; that something is not there, or cannot be done now, is a
   * failure.
   *
   * @param what the command or option that was given
   */
  public static Failure refused(String what, ApiException refusal) {
    return new Failure(
        ExitStatus.of(refusal.problem()), what + ": " + refusal.getMessage(), refusal);
  }

  /** One of {@link ExitStatus}. */
  public int status() {
    return status;
  }
}
