package io.directord.server.api;

import io.directord.common.storage.IoErrors;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A part of a file as the body of a reply: the kernel sends it, so that it takes no memory here.
 * Whoever has it closes it, or writes its {@link #region}.
 *
 * @param length in bytes
 */
record FileBody(FileChannel file, long offset, int length) {
  private static final int PART_BYTES = 64 << 10;

  private static final System.Logger LOG = System.getLogger(FileBody.class.getName());

  /**
   * To be written; closes the file when it is written, or never will be.
   *
   * @param taken called on the channel's event loop whenever the reader took something
   */
  FileRegion region(Runnable taken) {
    return new DefaultFileRegion(file, offset, length) {
      @Override
      public long transferTo(WritableByteChannel target, long position) throws IOException {
        long sent = super.transferTo(target, position);
        if (sent > 0) {
          taken.run();
        }
        return sent;
      }
    };
  }

  /** Its bytes, for a connection through which the kernel cannot send them; closes the file. */
  byte[] bytes() throws IOException {
    try (file) {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      while (bytes.hasRemaining()) {
        read(bytes, bytes.position());
      }
      return bytes.array();
    }
  }

  /** Has the kernel read it from the disk, for which the event loop must not wait. */
  void load() throws IOException {
    ByteBuffer part = ByteBuffer.allocate(Math.min(length, PART_BYTES));
    for (int done = 0; done < length; done += part.position()) {
      part.clear().limit(Math.min(part.capacity(), length - done));
      read(part, done);
    }
  }

  private void read(ByteBuffer to, int from) throws IOException {
    if (file.read(to, offset + from) < 0) {
      throw new EOFException("what a node has brought became shorter while it was read");
    }
  }

  /** It is not written. */
  void close() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.log(
          Level.WARNING, "a file that was to be sent cannot be closed: {0}", IoErrors.sayWhere(e));
    }
  }
}
