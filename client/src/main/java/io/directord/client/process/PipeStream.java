package io.directord.client.process;

import io.directord.common.input.BlockInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** The reading end of a pipe that the C library made. One thread reads; any may close it. */
final class PipeStream extends BlockInput {
  private final int descriptor;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param descriptor owned by this stream from now on
   */
  PipeStream(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Names the pipe, as long as this stream is open. */
  Path path() {
    return Path.of("/proc/self/fd", Integer.toString(descriptor));
  }

  @Override
  public int available() throws IOException {
    requireOpen();
    return Libc.available(descriptor);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    requireOpen();
    boolean whole = length == bytes.length;
    byte[] part = whole ? bytes : new byte[length];
    int read = Libc.read(descriptor, part);
    if (!whole) {
      System.arraycopy(part, 0, bytes, offset, read);
    }
    return read == 0 ? -1 : read;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Libc.close(descriptor);
    }
  }

  private void requireOpen() throws IOException {
    if (closed.get()) {
      throw new IOException("the stream is closed");
    }
  }
}
