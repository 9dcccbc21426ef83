package io.directord.common.storage;

import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;

/** Thrown if another process uses a directory; the message says what to do. */
public final class DirectoryInUseException extends IOException implements Coded {
  DirectoryInUseException(Path directory, String user, String option) {
    super(
        "another "
            + user
            + " uses "
            + directory
            + ": stop it, or give this one another --"
            + option);
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.ALREADY_RUNNING;
  }
}
