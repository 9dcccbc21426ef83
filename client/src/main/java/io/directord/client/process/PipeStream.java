package io.directord.client.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** The reading end of a pipe that the C library made. */
final class PipeStream extends FileInputStream {
  private final int descriptor;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param descriptor owned by this stream from now on, unless this fails
   */
  PipeStream(int descriptor) throws IOException {
    super(path(descriptor).toFile());
    this.descriptor = descriptor;
  }

  /** Names the pipe, as long as this stream is open. */
  Path path() {
    return path(descriptor);
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      Libc.close(descriptor);
    }
    super.close();
  }

  private static Path path(int descriptor) {
    return Path.of("/proc/self/fd", Integer.toString(descriptor));
  }
}
