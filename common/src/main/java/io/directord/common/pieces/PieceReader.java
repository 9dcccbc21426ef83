package io.directord.common.pieces;

import io.directord.common.security.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Cuts a content into pieces where a hash of the 64 bytes before says so, as FastCDC does (Xia and
 * others, USENIX ATC 2016): an insertion moves only the borders near it. Not thread-safe.
 */
public final class PieceReader {
  /** Minimum length of a piece, but the last of a content. */
  public static final int MIN_BYTES = 16 << 10;

  /** About the mean length. */
  private static final int NORMAL_BYTES = 64 << 10;

  private static final int MAX_BYTES = 256 << 10;
  private static final int BUFFER_BYTES = 4 * MAX_BYTES;

  /** Borders are rarer before the mean length than behind it, so that most pieces are near it. */
  private static final long RARE = -1L << Long.SIZE - 18;

  private static final long FREQUENT = -1L << Long.SIZE - 14;
  private static final long[] GEAR = gear();

  private final Source source;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int from;
  private int end;
  private long position;

  /** Where the content is. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads some bytes.
     *
     * @return how many; less than 1 at the end
     */
    int read(long position, ByteBuffer into) throws IOException;
  }

  /**
   * @param position where a piece begins, such as 0
   */
  public PieceReader(Source source, long position) {
    this.source = source;
    this.position = position;
  }

  /** The next piece; null at the end. */
  public Piece next() throws IOException {
    if (end - from < MAX_BYTES) {
      fill();
    }
    if (from == end) {
      return null;
    }
    int length = length();
    Piece piece = new Piece(position, length, Piece.Fingerprint.of(buffer, from, length));
    from += length;
    position += length;
    return piece;
  }

  private void fill() throws IOException {
    System.arraycopy(buffer, from, buffer, 0, end - from);
    end -= from;
    from = 0;
    int read = 1;
    while (read > 0 && end < buffer.length) {
      read = source.read(position + end, ByteBuffer.wrap(buffer, end, buffer.length - end));
      end += Math.max(0, read);
    }
  }

  private int length() {
    int limit = Math.min(end, from + MAX_BYTES);
    int normal = Math.min(limit, from + NORMAL_BYTES);
    int at = Math.min(limit, from + MIN_BYTES);
    long hash = 0;
    while (at < normal) {
      hash = (hash << 1) + GEAR[buffer[at++] & 0xff];
      if ((hash & RARE) == 0) {
        return at - from;
      }
    }
    while (at < limit) {
      hash = (hash << 1) + GEAR[buffer[at++] & 0xff];
      if ((hash & FREQUENT) == 0) {
        return at - from;
      }
    }
    return at - from;
  }

  /** A random number for each byte, the same everywhere. */
  private static long[] gear() {
    long[] gear = new long[1 << Byte.SIZE];
    for (int i = 0; i < gear.length; i++) {
      byte[] name = ("directord piece " + i).getBytes(StandardCharsets.UTF_8);
      gear[i] = ByteBuffer.wrap(Digests.sha256().digest(name)).getLong();
    }
    return gear;
  }
}
