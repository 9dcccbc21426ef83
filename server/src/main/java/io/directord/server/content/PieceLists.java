package io.directord.server.content;

import io.directord.common.pieces.Piece;
import io.directord.common.pieces.PieceList;
import io.directord.common.pieces.PieceReader;
import io.directord.common.tree.FileState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pieces of contents, cut when they are first asked for and only as far as they are asked for;
 * those used last are kept in memory. Thread-safe; methods block on the disk.
 */
final class PieceLists {
  /** Maximum number of pieces in memory, of all contents; each takes about 60 bytes. */
  private static final int MAX_PIECES = 70_000;

  private final ContentStore store;
  private final OpenContents contents;
  private final Map<Version, Cutting> kept = new LinkedHashMap<>(16, 0.75f, true);

  /** A content, as it was verified. */
  private record Version(String sha256, FileState verified) {}

  PieceLists(ContentStore store, OpenContents contents) {
    this.store = store;
    this.contents = contents;
  }

  /**
   * The pieces of a content that begin in a part of it.
   *
   * @param size of the content
   * @param from in bytes
   * @param to likewise, not included
   */
  List<Piece> pieces(String sha256, long size, long from, long to) throws IOException {
    Version version = new Version(sha256, store.verified(sha256));
    Cutting cutting;
    synchronized (kept) {
      cutting = kept.computeIfAbsent(version, content -> new Cutting(sha256, size));
    }
    List<Piece> found = cutting.pieces(from, to);
    forgetSome();
    return found;
  }

  private void forgetSome() {
    synchronized (kept) {
      long pieces = kept.values().stream().mapToLong(one -> one.count).sum();
      Iterator<Cutting> eldest = kept.values().iterator();
      while (pieces > MAX_PIECES && kept.size() > 1) {
        pieces -= eldest.next().count;
        eldest.remove();
      }
    }
  }

  /** A content that is being cut. */
  private final class Cutting {
    private final String sha256;
    private final long size;
    private final List<Piece> pieces = new ArrayList<>();
    private volatile int count;

    Cutting(String sha256, long size) {
      this.sha256 = sha256;
      this.size = size;
    }

    synchronized List<Piece> pieces(long from, long to) throws IOException {
      cut(Math.min(to, size));
      int first = search(from);
      int end = first;
      while (end < pieces.size() && pieces.get(end).offset() < to) {
        end++;
      }
      return List.copyOf(pieces.subList(first, end));
    }

    private void cut(long until) throws IOException {
      long at = pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
      if (at >= until) {
        return;
      }
      PieceReader reader =
          new PieceReader(
              (position, into) -> {
                into.limit((int) Math.min(into.limit(), into.position() + size - position));
                int length = into.remaining();
                contents.read(sha256, position, into);
                return length;
              },
              at);
      while (at < until) {
        Piece piece = reader.next();
        pieces.add(piece);
        at = piece.end();
      }
      count = pieces.size();
    }

    /** The number of the first piece that begins at this place or behind it. */
    private int search(long from) {
      int low = 0;
      int high = pieces.size();
      while (low < high) {
        int middle = low + high >>> 1;
        if (pieces.get(middle).offset() < from) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /** The list of a range of files that are delivered one after the other. */
  byte[] list(TreeFiles files, long range) throws IOException {
    long from = range * PieceList.RANGE_BYTES;
    long to = Math.min(from + PieceList.RANGE_BYTES, files.bytes());
    List<Piece> all = new ArrayList<>();
    for (int file = files.at(from); file < files.count() && files.start(file) < to; file++) {
      long start = files.start(file);
      long size = files.end(file) - start;
      if (PieceList.isOf(size)) {
        for (Piece piece : pieces(files.sha256(file), size, from - start, to - start)) {
          all.add(new Piece(start + piece.offset(), piece.length(), piece.content()));
        }
      }
    }
    return PieceList.write(range, all);
  }

  /** The list of a range of one content. */
  byte[] list(String sha256, long size, long range) throws IOException {
    long from = range * PieceList.RANGE_BYTES;
    List<Piece> pieces =
        PieceList.isOf(size) ? pieces(sha256, size, from, from + PieceList.RANGE_BYTES) : List.of();
    return PieceList.write(range, pieces);
  }
}
