package io.directord.common.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds records in the file of a log, which may be damaged. Changes nothing. */
final class LogReader {
  private static final int WINDOW_BYTES = 64 << 10;

  private final FileChannel file;
  private final int key;
  private final ByteBuffer window;
  private long windowAt;

  /** Buffer size for sequential reading. */
  LogReader(FileChannel file, int key) {
    this(file, key, WINDOW_BYTES);
  }

  /**
   * @param windowBytes minimum size of a read
   */
  LogReader(FileChannel file, int key, int windowBytes) {
    this.file = file;
    this.key = key;
    this.window = ByteBuffer.allocate(windowBytes).limit(0);
  }

  /** The record that begins there; null if there is no complete and sound one. */
  LogRecord at(long position) throws IOException {
    ByteBuffer header = bytes(position, LogFormat.RECORD_HEADER_BYTES);
    if (header == null || header.getInt() != key) {
      return null;
    }
    int length = header.getInt();
    if (length < 0
        || length > LogFormat.MAX_PAYLOAD_BYTES
        || position + LogFormat.RECORD_HEADER_BYTES + length > file.size()) {
      return null;
    }
    byte[] whole = new byte[LogFormat.RECORD_HEADER_BYTES + length];
    ByteBuffer bytes = bytes(position, whole.length);
    if (bytes == null) {
      return null;
    }
    bytes.get(whole);
    return LogFormat.record(key, position, whole);
  }

  /** The first sound record from there on; null if there is none. */
  LogRecord find(long from) throws IOException {
    for (long at = from; at + LogFormat.RECORD_HEADER_BYTES <= file.size(); at++) {
      if (bytes(at, Integer.BYTES).getInt() == key) {
        LogRecord record = at(at);
        if (record != null) {
          return record;
        }
      }
    }
    return null;
  }

  /** A number of bytes from a position; null if the file ends before. */
  private ByteBuffer bytes(long position, int length) throws IOException {
    if (position >= windowAt && position + length <= windowAt + window.limit()) {
      return window.position((int) (position - windowAt));
    }
    if (length > window.capacity()) {
      ByteBuffer large = ByteBuffer.allocate(length);
      fill(large, position);
      return large.limit() == length ? large : null;
    }
    window.clear();
    windowAt = position;
    fill(window, position);
    return window.limit() >= length ? window : null;
  }

  private void fill(ByteBuffer buffer, long position) throws IOException {
    while (buffer.hasRemaining() && file.read(buffer, position + buffer.position()) >= 0) {
      // A read may return fewer bytes than requested.
    }
    buffer.flip();
  }
}
