package io.directord.cli.console;

import io.directord.common.api.ApiException;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;

/** Ends a command with a message of a few lines for standard error, and the code of its cause. */
public final class Failure extends Exception {
  private final ErrorCode code;

  public Failure(ErrorCode code, String message) {
    this(code, message, null);
  }

  public Failure(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Wrong usage of a command. */
  public static Failure usage(String message) {
    return new Failure(ErrorCode.WRONG_USAGE, message);
  }

  /**
   * A file that an option names cannot be used.
   *
   * @param option the command and the option
   */
  public static Failure file(String option, IOException e) {
    return new Failure(ErrorCode.WRONG_USAGE, option + ": " + IoErrors.sayWhere(e), e);
  }

  /**
   * The server has refused a request.
   *
   * @param what the command or option that was given
   */
  public static Failure refused(String what, ApiException refusal) {
    return new Failure(refusal.code(), what + ": " + refusal.getMessage(), refusal);
  }

  /** Why; it has the exit status. */
  public ErrorCode code() {
    return code;
  }
}
