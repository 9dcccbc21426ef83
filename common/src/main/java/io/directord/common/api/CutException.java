package io.directord.common.api;

import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;

/**
 * The connection was closed in the middle of a request; the message is for those that change
 * nothing.
 */
final class CutException extends IOException implements Coded {
  private final String what;

  static CutException beforeAnswer(ServerAddress server, IOException cause) {
    return new CutException(
        "the server at " + server + " closed the connection before it answered: " + server.doubt(),
        cause);
  }

  static CutException inAnswer(ServerAddress server, IOException cause) {
    return new CutException(
        "the answer of the server at " + server + " broke off: " + server.doubt(), cause);
  }

  private CutException(String what, IOException cause) {
    super(
        what + "; this has changed nothing, so ask again when it is back, or look into its log",
        cause);
    this.what = what;
  }

  /** What happened, without what is to be done about it. */
  String what() {
    return what;
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.CONNECTION_LOST;
  }
}
