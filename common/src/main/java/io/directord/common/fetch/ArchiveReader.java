package io.directord.common.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads an archive to its end. Paths are passed on as they are; {@link FetchedFiles} checks them.
 */
final class ArchiveReader {
  static final String CUT_SHORT = "cut short";
  private static final int BUFFER_BYTES = 64 << 10;

  private final InputStream in;

  ArchiveReader(InputStream in) {
    this.in = in;
  }

  /**
   * Reads all of it.
   *
   * @throws InvalidArchiveException saying what is wrong with it
   * @throws IOException if it cannot be read, or from the taker
   */
  void read(ArchiveParser.Taker taker) throws IOException {
    ArchiveParser parser = new ArchiveParser(taker);
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
      parser.take(ByteBuffer.wrap(buffer, 0, length));
    }
    if (!parser.isEnded()) {
      throw new InvalidArchiveException(CUT_SHORT);
    }
  }
}
