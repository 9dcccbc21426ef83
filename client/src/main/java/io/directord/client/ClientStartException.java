package io.directord.client;

/** The client cannot start; the message says why and what to do. */
public final class ClientStartException extends Exception {
  public ClientStartException(String message) {
    super(message);
  }

  public ClientStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
