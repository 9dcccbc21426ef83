package io.directord.common.api;

import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;

/** There is no server at the socket; the message says which socket, why, and what to do. */
public final class NoServerException extends IOException implements Coded {
  private final ErrorCode code;

  public NoServerException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  @Override
  public ErrorCode code() {
    return code;
  }
}
