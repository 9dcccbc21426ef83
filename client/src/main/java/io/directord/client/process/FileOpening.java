package io.directord.client.process;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Opens files for reading that another user may replace by a FIFO or a device at any moment:
 * opening them never waits, and nothing but a file is read. Thread-safe.
 */
public final class FileOpening {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int ENOENT = 2;
  private static final int EACCES = 13;

  private FileOpening() {}

  /** Whether this machine offers it. */
  public static boolean isAvailable() {
    return Libc.isLoaded();
  }

  /**
   * Opens it; a link is not followed.
   *
   * @throws FileSystemException also if it is not a file
   */
  public static FileChannel open(Path file) throws IOException {
    int flags = Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
    int descriptor;
    try {
      descriptor = Libc.open(Libc.text(file.toString()), flags);
    } catch (LastErrorException e) {
      throw switch (e.getErrorCode()) {
        case ENOENT -> new NoSuchFileException(file.toString());
        case EACCES -> new AccessDeniedException(file.toString());
        default -> new FileSystemException(file.toString(), null, "it cannot be opened");
      };
    }
    try {
      Path opened = DESCRIPTORS.resolve(Integer.toString(descriptor));
      if (!Files.isRegularFile(opened)) {
        throw new FileSystemException(file.toString(), null, "it is not a file any more");
      }
      // The same file, whatever has its name by now.
      return FileChannel.open(opened, StandardOpenOption.READ);
    } finally {
      Libc.close(descriptor);
    }
  }
}
