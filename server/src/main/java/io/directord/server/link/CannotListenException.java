package io.directord.server.link;

import java.io.IOException;

/** A port cannot be listened on; the message says which, why, and what to do. */
public final class CannotListenException extends IOException {
  public CannotListenException(String message, Throwable cause) {
    super(message, cause);
  }
}
