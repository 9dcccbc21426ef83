package io.directord.common.api;

import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The connection was closed in the middle of a request; the message is for those that change
 * nothing.
 */
final class CutException extends IOException implements Coded {
  private static final String WHY =
      ": it has ended or was killed, unless another program has that socket";

  private final String what;

  static CutException beforeAnswer(Path socket, IOException cause) {
    return new CutException(
        "the server at " + socket + " closed the connection before it answered" + WHY, cause);
  }

  static CutException inAnswer(Path socket, IOException cause) {
    return new CutException("the answer of the server at " + socket + " broke off" + WHY, cause);
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
