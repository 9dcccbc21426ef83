package io.directord.common.api;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Supplier;

/** Server-sent events: each has its JSON on one line. Not thread-safe. */
final class EventLines {
  private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};

  private final InputStream in;
  private final int maxBytes;
  private final Supplier<? extends IOException> tooLong;
  private final byte[] buffer = new byte[16 << 10];
  private int begin;
  private int end;

  /**
   * @param maxBytes of a line
   * @param tooLong what is thrown for a longer one
   */
  EventLines(InputStream in, int maxBytes, Supplier<? extends IOException> tooLong) {
    this.in = in;
    this.maxBytes = maxBytes;
    this.tooLong = tooLong;
  }

  /**
   * The JSON of the next event; fields other than its data are ignored.
   *
   * @throws EOFException if the connection is closed
   */
  byte[] next() throws IOException {
    byte[] line = line();
    while (!Arrays.equals(line, 0, Math.min(line.length, DATA.length), DATA, 0, DATA.length)) {
      line = line();
    }
    return Arrays.copyOfRange(line, DATA.length, line.length);
  }

  private byte[] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int stop = begin;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      if (stop - begin > maxBytes - line.size()) {
        throw tooLong.get();
      }
      line.write(buffer, begin, stop - begin);
      begin = stop + 1;
      if (stop < end) {
        return line.toByteArray();
      }
      fill();
    }
  }

  private void fill() throws IOException {
    begin = 0;
    end = in.read(buffer);
    if (end < 0) {
      throw new EOFException("the server closed the connection while it was being followed");
    }
  }
}
