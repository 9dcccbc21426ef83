package io.directord.common.pieces;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The pieces of a content, told for one range of it after the other, so that no list is long. A
 * server tells them to nodes that ask for chunks with these numbers: the numbers are part of the
 * protocol, and if pieces are ever cut in another way, the lists must get other numbers.
 */
public final class PieceList {
  /** Length of a range. */
  public static final int RANGE_BYTES = 16 << 20;

  /** Minimum size of a file that has a list. */
  public static final int MIN_FILE_BYTES = 1 << 20;

  /** Maximum size, since a list is in memory. */
  public static final long MAX_FILE_BYTES = 4L << 30;

  /** Number of the list of the first range; no content has so many chunks. */
  private static final long FIRST = 1L << 48;

  private static final int RECORD_BYTES = 2 * Integer.BYTES + 2 * Long.BYTES;

  /** Longer than a list gets: every file of a range may end with a short piece. */
  private static final int MAX_PIECES =
      RANGE_BYTES / PieceReader.MIN_BYTES + RANGE_BYTES / MIN_FILE_BYTES + 2;

  /** Maximum length of a list. */
  public static final int MAX_BYTES = MAX_PIECES * RECORD_BYTES;

  private PieceList() {}

  /** Whether a file of this size has a list. */
  public static boolean isOf(long fileBytes) {
    return fileBytes >= MIN_FILE_BYTES && fileBytes <= MAX_FILE_BYTES;
  }

  /** The number of a range's list. */
  public static long number(long range) {
    return FIRST + range;
  }

  /** The range of a list; negative for the number of a chunk. */
  public static long range(long number) {
    return number - FIRST;
  }

  /** Whether a list may have this length. */
  public static boolean fits(int length) {
    return length <= MAX_BYTES && length % RECORD_BYTES == 0;
  }

  /**
   * The list of a range.
   *
   * @param pieces that begin in it, in order
   */
  public static byte[] write(long range, List<Piece> pieces) {
    ByteBuffer out = ByteBuffer.allocate(pieces.size() * RECORD_BYTES);
    for (Piece piece : pieces) {
      out.putInt((int) (piece.offset() - range * RANGE_BYTES)).putInt(piece.length());
      out.putLong(piece.content().first()).putLong(piece.content().second());
    }
    return out.array();
  }

  /** Reads what {@link #write} gave; what is in it is not checked. */
  public static List<Piece> read(long range, byte[] list) {
    List<Piece> pieces = new ArrayList<>(list.length / RECORD_BYTES);
    ByteBuffer in = ByteBuffer.wrap(list);
    while (in.remaining() >= RECORD_BYTES) {
      long offset = range * RANGE_BYTES + in.getInt();
      int length = in.getInt();
      pieces.add(new Piece(offset, length, new Piece.Fingerprint(in.getLong(), in.getLong())));
    }
    return pieces;
  }
}
