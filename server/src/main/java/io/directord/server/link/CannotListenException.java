package io.directord.server.link;

import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;

/** Thrown if a port cannot be bound; the message says which, why, and what to do. */
public final class CannotListenException extends IOException implements Coded {
  public CannotListenException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.CANNOT_LISTEN;
  }
}
