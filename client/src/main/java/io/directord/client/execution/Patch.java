package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;
import io.directord.common.pieces.Piece;
import io.directord.common.pieces.PieceList;
import io.directord.common.pieces.PieceReader;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * How a delivered file is made from an earlier version: most pieces are copied from that, and only
 * the chunks that have bytes of other pieces are fetched. What the server says of pieces need not
 * be true and the earlier version may change meanwhile, so the result has to be checked.
 */
final class Patch {
  private static final int BUFFER_BYTES = 128 << 10;

  private final List<Piece> pieces;

  /** Where the earlier version has each piece; negative if it has not. */
  private final long[] places;

  private final long[] chunks;
  private final Delivery delivery;

  private Patch(Delivery delivery, List<Piece> pieces, long[] places, long[] chunks) {
    this.delivery = delivery;
    this.pieces = pieces;
    this.places = places;
    this.chunks = chunks;
  }

  /** Takes bytes in order. */
  @FunctionalInterface
  interface Taker {
    void take(byte[] bytes, int offset, int length) throws JobException, IOException;
  }

  /**
   * Compares an earlier version with what the server tells.
   *
   * @param start where the file begins in what is delivered, in bytes
   * @param size of the file
   * @param base the earlier version
   * @return null if the file should be fetched as a whole
   */
  static Patch of(
      DeliverySource source, Delivery delivery, long start, long size, PieceReader.Source base)
      throws IOException, InterruptedException {
    List<Piece> pieces;
    try {
      pieces = pieces(source, delivery, start, size);
    } catch (JobException e) {
      // A server of an earlier version has no lists. If it has no content either, it will say so.
      return null;
    }
    long[] places = places(pieces, base);
    long[] chunks = chunks(delivery, pieces, places);
    boolean worth = chunks.length < delivery.chunksOf(start, size).count();
    return worth ? new Patch(delivery, pieces, places, chunks) : null;
  }

  /** All pieces of the file, without gaps. */
  private static List<Piece> pieces(DeliverySource source, Delivery delivery, long start, long size)
      throws JobException, IOException, InterruptedException {
    long first = start / PieceList.RANGE_BYTES;
    long last = (start + size - 1) / PieceList.RANGE_BYTES;
    long[] lists = LongStream.rangeClosed(first, last).map(PieceList::number).toArray();
    List<Piece> pieces = new ArrayList<>();
    long[] next = {first, start};
    source.fetch(
        delivery,
        lists,
        list -> {
          for (Piece piece : PieceList.read(next[0], list)) {
            if (piece.offset() >= start && piece.offset() < start + size) {
              require(piece.offset() == next[1] && piece.length() > 0);
              next[1] = piece.end();
              pieces.add(piece);
            }
          }
          next[0]++;
        });
    require(next[1] == start + size);
    return pieces;
  }

  private static void require(boolean valid) throws JobException {
    if (!valid) {
      throw new JobException(Outcome.Reason.REFUSED, "the list of the content's pieces is invalid");
    }
  }

  private static long[] places(List<Piece> pieces, PieceReader.Source base)
      throws IOException, InterruptedException {
    Map<Piece.Fingerprint, Long> found = new HashMap<>();
    pieces.forEach(piece -> found.put(piece.content(), -1L));
    PieceReader reader = new PieceReader(base, 0);
    for (Piece piece = reader.next(); piece != null; piece = reader.next()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      found.replace(piece.content(), piece.offset());
    }
    return pieces.stream().mapToLong(piece -> found.get(piece.content())).toArray();
  }

  private static long[] chunks(Delivery delivery, List<Piece> pieces, long[] places) {
    LongStream.Builder chunks = LongStream.builder();
    for (int i = 0; i < places.length; i++) {
      if (places[i] < 0) {
        Piece piece = pieces.get(i);
        delivery.chunksOf(piece.offset(), piece.length()).forEach(chunks::add);
      }
    }
    return chunks.build().distinct().toArray();
  }

  /** The chunks to be fetched, ascending. */
  long[] chunks() {
    return chunks;
  }

  /** How many pieces the file has. */
  int pieces() {
    return places.length;
  }

  /** How much is fetched, in bytes. */
  long fetched() {
    long bytes = 0;
    for (long chunk : chunks) {
      bytes += Math.min(delivery.chunkBytes(), delivery.size() - chunk * delivery.chunkBytes());
    }
    return bytes;
  }

  /** Makes the whole of a delivery that is one file. */
  void fetch(DeliverySource source, PieceReader.Source base, Taker taker)
      throws JobException, IOException, InterruptedException {
    long[] at = {0};
    int[] fetched = {0};
    source.fetch(
        delivery,
        chunks,
        bytes -> {
          long begin = chunks[fetched[0]++] * delivery.chunkBytes();
          copy(at[0], begin, base, taker);
          taker.take(bytes, 0, bytes.length);
          at[0] = begin + bytes.length;
        });
    copy(at[0], delivery.size(), base, taker);
  }

  /**
   * Passes on bytes of the file that are in no chunk to be fetched.
   *
   * @param from in what is delivered
   * @param until likewise, not included
   */
  void copy(long from, long until, PieceReader.Source base, Taker taker)
      throws JobException, IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    int number = numberAt(from);
    for (long at = from; at < until; number++) {
      Piece piece = pieces.get(number);
      long end = Math.min(until, piece.end());
      while (at < end) {
        int length = (int) Math.min(buffer.length, end - at);
        ByteBuffer into = ByteBuffer.wrap(buffer, 0, length);
        if (base.read(places[number] + at - piece.offset(), into) < 1) {
          // It has become shorter: anything will do, since the file will not be as it should.
          into.position(length);
        }
        taker.take(buffer, 0, into.position());
        at += into.position();
      }
    }
  }

  private int numberAt(long position) {
    int low = 0;
    int high = pieces.size() - 1;
    while (low < high) {
      int middle = low + high + 1 >>> 1;
      if (pieces.get(middle).offset() <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
