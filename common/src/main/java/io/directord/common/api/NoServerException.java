package io.directord.common.api;

import java.io.IOException;

/** There is no server at the socket; the message says which socket, why, and what to do. */
public final class NoServerException extends IOException {
  public NoServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
