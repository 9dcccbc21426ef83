package io.directord.client.files;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Thrown if a path has changed in a moment, since another process is at work. */
public final class PathChangedException extends FileSystemException {
  private static final long serialVersionUID = 1;

  PathChangedException(Path path) {
    super(path.toString(), null, path + " was changed by another process at the same moment");
  }
}
