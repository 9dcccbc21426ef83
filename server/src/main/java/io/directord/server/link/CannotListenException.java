package io.directord.server.link;

import java.io.IOException;

/** Thrown if a port cannot be bound; the message says which, why, and what to do. */
public final class CannotListenException extends IOException {
  public CannotListenException(String message, Throwable cause) {
    super(message, cause);
  }
}
