package io.directord.server.content;

import java.io.IOException;

/** Thrown if what was received is not a pack of contents; the message is for people. */
public final class InvalidPackException extends IOException {
  private static final long serialVersionUID = 1;

  InvalidPackException(String message) {
    super(message);
  }
}
