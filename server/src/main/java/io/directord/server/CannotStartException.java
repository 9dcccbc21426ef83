package io.directord.server;

/** The server cannot start; the message says why and what to do. */
public final class CannotStartException extends Exception {
  CannotStartException(String message) {
    super(message);
  }

  CannotStartException(String message, Exception cause) {
    super(message, cause);
  }

  CannotStartException(Exception cause) {
    super(cause.getMessage(), cause);
  }
}
