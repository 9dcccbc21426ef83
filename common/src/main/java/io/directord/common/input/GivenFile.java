package io.directord.common.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads files that people name, whatever they are: also a FIFO, as a shell makes of {@code
 * <(command)}, which is read once; but none is waited for without end, and none is read without
 * end.
 */
public final class GivenFile {
  /** Until somebody opens a FIFO to write to it. */
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
    boolean isFifo = ((int) Files.getAttribute(file, "unix:mode") & FILE_TYPE) == FIFO;
    return isFifo ? openFifo(file, timeout) : Files.newInputStream(file);
  }

  /**
   * Reads all of it.
   *
   * @throws IOException also if it is longer
   */
  public static byte[] read(Path file, int maxBytes) throws IOException {
    try (InputStream in = open(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw unusable(file, "it has more than " + maxBytes + " bytes");
      }
      return bytes;
    }
  }

  /** The attempt to open it goes on in a thread of its own, and ends with this process. */
  private static InputStream openFifo(Path file, Duration timeout) throws IOException {
    CompletableFuture<InputStream> opened = new CompletableFuture<>();
    Thread thread = new Thread(() -> open(file, opened), "fifo");
    thread.setDaemon(true);
    thread.start();
    try {
      return opened.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      opened.cancel(false);
      throw unusable(
          file, "it is a FIFO, and nobody has written to it for " + timeout.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw (IOException) e.getCause();
    } catch (InterruptedException e) {
      opened.cancel(false);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static void open(Path file, CompletableFuture<InputStream> opened) {
    try {
      InputStream in = Files.newInputStream(file);
      if (!opened.complete(in)) {
        in.close();
      }
    } catch (IOException e) {
      opened.completeExceptionally(e);
    }
  }

  private static FileSystemException unusable(Path file, String why) {
    return new FileSystemException(file.toString(), null, why);
  }
}
