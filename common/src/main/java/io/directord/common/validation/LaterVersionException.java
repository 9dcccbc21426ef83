package io.directord.common.validation;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file has a form that only a later version of directord knows. It is left as it is: taken for
 * damage, it would be replaced by one with what this version can read of it.
 */
public final class LaterVersionException extends IOException implements Coded {
  private static final long serialVersionUID = 1;

  /**
   * @param file with its kind, for people, such as {@code the journal /var/lib/directord/journal}
   * @param what in it this version does not know, for people
   */
  public LaterVersionException(String file, String what) {
    this(file, what, "directory");
  }

  /**
   * @param copied of what a copy was made before the upgrade
   */
  public LaterVersionException(String file, String what, String copied) {
    super(
        file
            + " was written by a later version of directord, since it has "
            + what
            + ". Nothing was changed: start that version again, or put back the copy of the "
            + copied
            + " that was made before the upgrade");
  }

  public LaterVersionException(Path file, String what) {
    this(file.toString(), what);
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.LATER_VERSION;
  }
}
