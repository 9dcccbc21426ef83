package io.directord.common.api;

import java.io.IOException;

/** Nobody could be reached at the socket; the message says which socket, why, and what to do. */
public final class NoServerException extends IOException {
  public NoServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
