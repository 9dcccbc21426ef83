package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.common.api.ApiException;
import java.io.IOException;
import java.util.Optional;

/** Requests to the server whose refusals are told in words of the option. */
final class ManageRequests {
  private static final int NOT_FOUND = 404;

  private ManageRequests() {}

  /** A request to the server. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws IOException;
  }

  static <T> Optional<T> ifThere(Question<T> question) throws IOException {
    try {
      return Optional.of(question.ask());
    } catch (ApiException e) {
      if (e.problem().status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Sends a request that names something. */
  static <T> T asked(String option, Question<T> question) throws Failure, IOException {
    try {
      return question.ask();
    } catch (ApiException e) {
      throw Failure.refused(option, e);
    }
  }
}
