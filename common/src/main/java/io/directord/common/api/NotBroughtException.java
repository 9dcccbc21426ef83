package io.directord.common.api;

import java.io.IOException;

/** Thrown if a node has not sent everything that a job was to bring from it. */
public final class NotBroughtException extends IOException {
  private static final long serialVersionUID = 1;

  NotBroughtException(Throwable cause) {
    super("the node has not sent everything", cause);
  }
}
