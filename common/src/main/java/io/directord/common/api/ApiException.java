package io.directord.common.api;

import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;

/** The server understood the request and refused it; the message says why and what to do. */
public final class ApiException extends IOException implements Coded {
  private final Problem problem;

  public ApiException(Problem problem) {
    super(problem.detail() != null ? problem.detail() : problem.title());
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }

  /**
   * Why; {@link ErrorCode#REFUSED} if the server is of another version and gives no known cause.
   */
  public ErrorCode code() {
    return problem.code() == null ? ErrorCode.REFUSED : problem.code();
  }
}
