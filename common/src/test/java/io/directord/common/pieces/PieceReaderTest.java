package io.directord.common.pieces;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PieceReaderTest {
  private static final int MIB = 1 << 20;

  @Test
  void piecesAreTheContentWithoutGapsAndOfBoundedLength() throws Exception {
    List<Piece> pieces = pieces(random(20 * MIB + 5));
    long at = 0;
    for (Piece piece : pieces) {
      assertEquals(at, piece.offset());
      at = piece.end();
      assertTrue(piece.length() >= PieceReader.MIN_BYTES || at == 20 * MIB + 5);
      assertTrue(piece.length() <= 256 << 10);
    }
    assertEquals(20 * MIB + 5, at);
    assertTrue(pieces.size() > 200 && pieces.size() < 500, pieces.size() + " pieces");
    assertEquals(List.of(), pieces(new byte[0]));
    assertEquals(4, pieces(new byte[MIB]).size());
  }

  @Test
  void anInsertionChangesFewPieces() throws Exception {
    byte[] content = random(20 * MIB);
    Set<Piece.Fingerprint> before = contents(pieces(content));
    for (int place : new int[] {0, 7 * MIB, 20 * MIB}) {
      byte[] longer = new byte[content.length + 1];
      System.arraycopy(content, 0, longer, 0, place);
      System.arraycopy(content, place, longer, place + 1, content.length - place);
      Set<Piece.Fingerprint> other = contents(pieces(longer));
      other.removeAll(before);
      assertFalse(other.isEmpty());
      assertTrue(other.size() <= 6, other.size() + " other pieces after a byte at " + place);
    }
  }

  /** Nodes and servers of other versions must cut in the same way. */
  @Test
  void bordersStayWhereTheyWere() throws Exception {
    assertEquals(
        List.of(
            83480, 84373, 68466, 70044, 70553, 78324, 66518, 65672, 66894, 33746, 70049, 73766,
            101525, 39252, 69905, 6009),
        pieces(random(MIB)).stream().map(Piece::length).collect(Collectors.toList()));
  }

  @Test
  void whatIsReadFromABorderOnIsTheSame() throws Exception {
    byte[] content = random(3 * MIB);
    List<Piece> all = pieces(content);
    PieceReader reader = new PieceReader(source(content), all.get(5).offset());
    assertEquals(all.get(5), reader.next());
    assertEquals(all.get(6), reader.next());
  }

  @Test
  void aListIsReadAsItWasWritten() throws Exception {
    List<Piece> pieces = new ArrayList<>(pieces(random(40 * MIB)));
    pieces.removeIf(piece -> piece.offset() < 2L * PieceList.RANGE_BYTES);
    byte[] list = PieceList.write(2, pieces);
    assertTrue(PieceList.fits(list.length));
    assertFalse(PieceList.fits(list.length - 1));
    assertEquals(pieces, PieceList.read(2, list));
    assertEquals(2, PieceList.range(PieceList.number(2)));
    assertTrue(PieceList.range(2) < 0);
    assertArrayEquals(new byte[0], PieceList.write(0, List.of()));
    assertNull(new PieceReader(source(new byte[0]), 0).next());
  }

  private static List<Piece> pieces(byte[] content) throws IOException {
    PieceReader reader = new PieceReader(source(content), 0);
    List<Piece> pieces = new ArrayList<>();
    for (Piece piece = reader.next(); piece != null; piece = reader.next()) {
      pieces.add(piece);
    }
    return pieces;
  }

  private static PieceReader.Source source(byte[] content) {
    return (position, into) -> {
      int length = (int) Math.min(into.remaining(), content.length - position);
      into.put(Arrays.copyOfRange(content, (int) position, (int) position + length));
      return length;
    };
  }

  private static Set<Piece.Fingerprint> contents(List<Piece> pieces) {
    return pieces.stream().map(Piece::content).collect(Collectors.toCollection(HashSet::new));
  }

  private static byte[] random(int bytes) {
    byte[] content = new byte[bytes];
    new Random(1).nextBytes(content);
    return content;
  }
}
