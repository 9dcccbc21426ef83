package io.directord.server.audit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The lines of a file as bytes, whatever somebody has written into it. */
final class RawLines implements Closeable {
  /** Far longer than any line that is recorded; what is longer comes in pieces. */
  private static final int MAX_LINE = 1 << 20;

  private final InputStream file;
  private final byte[] buffer = new byte[1 << 16];
  private long left;
  private int at;
  private int end;

  /**
   * @param size how many bytes are read at most
   */
  RawLines(Path path, long size) throws IOException {
    file = Files.newInputStream(path);
    left = size;
  }

  /** The next one without its end; null if there are no more. */
  byte[] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (line.size() < MAX_LINE) {
      if (at == end && !fill()) {
        return line.size() == 0 ? null : line.toByteArray();
      }
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      line.write(buffer, from, at - from);
      if (at < end) {
        at++;
        return line.toByteArray();
      }
    }
    return line.toByteArray();
  }

  private boolean fill() throws IOException {
    int read = file.read(buffer, 0, (int) Math.min(buffer.length, left));
    at = 0;
    end = Math.max(0, read);
    left -= end;
    return end > 0;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
