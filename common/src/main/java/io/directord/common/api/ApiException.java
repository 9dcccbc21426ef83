package io.directord.common.api;

import java.io.IOException;

/** The server understood the request and refused it; the message says why and what to do. */
public final class ApiException extends IOException {
  private final Problem problem;

  public ApiException(Problem problem) {
    super(problem.detail() != null ? problem.detail() : problem.title());
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
