package io.directord.server.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The free space of the disk that a directory is on, less what is reserved for others. */
final class DiskSpace {
  /** Reserved for others, above all the store of jobs. */
  private static final long RESERVE_BYTES = 64L << 20;

  private final Path directory;

  DiskSpace(Path directory) {
    this.directory = directory;
  }

  /**
   * @throws NoSpaceException if there is not so much
   */
  void ask(long bytes) throws IOException {
    long usable = Files.getFileStore(directory).getUsableSpace();
    if (usable - RESERVE_BYTES < bytes) {
      throw new NoSpaceException(directory, bytes, usable);
    }
  }
}
