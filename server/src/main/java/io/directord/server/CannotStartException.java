package io.directord.server;

import io.directord.common.storage.IoErrors;
import java.io.IOException;

/** The server cannot start; the message says why and what to do. */
public final class CannotStartException extends Exception {
  CannotStartException(String message) {
    super(message);
  }

  CannotStartException(String message, Exception cause) {
    super(message, cause);
  }

  CannotStartException(Exception cause) {
    super(cause instanceof IOException io ? IoErrors.sayWhere(io) : cause.getMessage(), cause);
  }
}
