package io.directord.common.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Reads and writes files that people name, whatever they are: also a FIFO, as a shell makes of
 * {@code <(command)}, which is read once; but none is waited for without end, and none is read
 * without end.
 */
public final class GivenFile {
  /** Until somebody opens the other end of a FIFO, or a file without a size has ended. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int FILE_TYPE = 0170000;
  private static final int FIFO = 0010000;

  private GivenFile() {}

  /**
   * Opens it.
   *
   * @throws IOException also for a directory, and a FIFO that nobody writes to
   */
  public static InputStream open(Path file) throws IOException {
    return open(file, TIMEOUT);
  }

  static InputStream open(Path file, Duration timeout) throws IOException {
    if (Files.isDirectory(file)) {
      throw unusable(file, "it is a directory, not a file");
    }
    return isFifo(file)
        ? opened(file, timeout, "written to", () -> Files.newInputStream(file))
        : Files.newInputStream(file);
  }

  /**
   * Opens an existing file to write to it from its beginning.
   *
   * @throws IOException also for a FIFO from which nobody reads
   */
  public static OutputStream openToWrite(Path file) throws IOException {
    return openToWrite(file, TIMEOUT);
  }

  static OutputStream openToWrite(Path file, Duration timeout) throws IOException {
    return isFifo(file)
        ? opened(file, timeout, "read from", () -> Files.newOutputStream(file))
        : Files.newOutputStream(file);
  }

  /**
   * Reads all of it.
   *
   * @throws IOException also if it is longer, or if it says that it is empty, as files of the
   *     kernel do, and does not end in time
   */
  public static byte[] read(Path file, int maxBytes) throws IOException {
    return read(file, maxBytes, TIMEOUT);
  }

  static byte[] read(Path file, int maxBytes, Duration timeout) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > 0) {
      return readNow(file, maxBytes);
    }
    try {
      return InTime.run(timeout, () -> readNow(file, maxBytes));
    } catch (TimeoutException e) {
      throw unusable(
          file, "it has no size, and its end has not come for " + timeout.toSeconds() + " s");
    }
  }

  private static byte[] readNow(Path file, int maxBytes) throws IOException {
    try (InputStream in = open(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw unusable(file, "it has more than " + maxBytes + " bytes");
      }
      return bytes;
    }
  }

  private static <T> T opened(Path fifo, Duration timeout, String missing, InTime.Work<T> opening)
      throws IOException {
    try {
      return InTime.run(timeout, opening);
    } catch (TimeoutException e) {
      throw unusable(
          fifo,
          "it is a FIFO, and nobody has " + missing + " it for " + timeout.toSeconds() + " s");
    }
  }

  private static boolean isFifo(Path file) throws IOException {
    return ((int) Files.getAttribute(file, "unix:mode") & FILE_TYPE) == FIFO;
  }

  private static FileSystemException unusable(Path file, String why) {
    return new FileSystemException(file.toString(), null, why);
  }
}
