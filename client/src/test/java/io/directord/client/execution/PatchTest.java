package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.files.StagingNotes;
import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.job.Outcome;
import io.directord.common.pieces.Piece;
import io.directord.common.pieces.PieceList;
import io.directord.common.pieces.PieceReader;
import io.directord.common.security.Digests;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.tree.Manifest;
import io.directord.common.tree.TreeEntry;
import io.directord.common.tree.TreeOptions;
import io.directord.common.wire.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are made from an earlier version, alone and in directories. */
class PatchTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  private final byte[] before = random(5 * MIB);
  private final byte[] after = new byte[before.length + 1];
  private PlacerFixture node;
  private Path target;

  /** How many bytes of contents were fetched. */
  private long fetched;

  /** What lists of pieces are replaced by; null if they are not. */
  private byte[] otherList;

  /** Done before the first chunk is delivered. */
  private PlacerFixture.Action meanwhile = () -> {};

  @BeforeEach
  void open() throws IOException {
    System.arraycopy(before, 0, after, 1, before.length);
    node = new PlacerFixture(directory.resolve("node"));
    target = Files.write(directory.resolve("target"), before);
  }

  @AfterEach
  void close() throws IOException {
    node.close();
  }

  @Test
  void fetchesWhatTheFileThatIsThereDoesNotHave() throws Exception {
    assertEquals(256 << 10, place(after).fetched());
    assertArrayEquals(after, Files.readAllBytes(target));
    assertEquals(256 << 10, fetched);
  }

  @Test
  void anythingMayHaveBeenInsertedRemovedOrMoved() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 8; round++) {
      byte[] old = Files.readAllBytes(target);
      ByteArrayOutputStream changed = new ByteArrayOutputStream();
      int at = 0;
      while (at < old.length) {
        int length = Math.min(old.length - at, 1 + random.nextInt(2 * MIB));
        if (random.nextInt(4) > 0) {
          changed.write(old, at, length);
        } else if (random.nextBoolean()) {
          changed.writeBytes(random(random.nextInt(100_000)));
        }
        if (random.nextInt(4) == 0) {
          changed.write(old, random.nextInt(old.length - length + 1), length);
        }
        at += length;
      }
      changed.writeBytes(random(MIB));
      byte[] next = Arrays.copyOf(changed.toByteArray(), Math.min(changed.size(), 6 * MIB));
      place(next);
      assertArrayEquals(next, Files.readAllBytes(target));
    }
  }

  @Test
  void aServerThatHasNoListsOrWrongOnesSendsTheWhole() throws Exception {
    for (byte[] list :
        List.of(
            new byte[0],
            new byte[24],
            PieceList.write(0, List.of(new Piece(0, MIB, new Piece.Fingerprint(1, 2)))),
            PieceList.write(0, List.of(new Piece(0, -5, new Piece.Fingerprint(1, 2)))))) {
      otherList = list;
      Files.write(target, before);
      fetched = 0;
      assertTrue(place(after).fetched() < 0);
      assertArrayEquals(after, Files.readAllBytes(target));
      assertEquals(after.length, fetched);
    }
  }

  @Test
  void whatIsWrongThenIsFetchedAsAWhole() throws Exception {
    meanwhile = () -> Files.write(target, random(100));
    assertTrue(place(after).fetched() < 0);
    assertArrayEquals(after, Files.readAllBytes(target));
  }

  @Test
  void smallFilesAndOthersAreFetchedAsAWhole() throws Exception {
    Files.write(target, random(MIB - 1));
    assertTrue(place(after).fetched() < 0);
    Files.write(target, random(2 * MIB));
    assertTrue(place(before).fetched() < 0);
    assertArrayEquals(before, Files.readAllBytes(target));
  }

  @Test
  void aDirectoryIsMadeFromLargeAndSmallFilesThatAreThere() throws Exception {
    Path dest = Files.createDirectory(directory.resolve("dest"));
    Files.write(dest.resolve("b"), before);
    Files.write(dest.resolve("d"), before);
    Files.write(dest.resolve("e"), before);
    List<byte[]> contents =
        List.of(random(100), after, new byte[0], Arrays.copyOf(before, 3 * MIB), before, after);
    assertEquals("5 files changed, 0 deleted, 1 unchanged", placeTree(dest, contents));
    for (int i = 0; i < contents.size(); i++) {
      Path file = dest.resolve(String.valueOf((char) ('a' + i)));
      assertArrayEquals(contents.get(i), Files.readAllBytes(file), file.toString());
    }
    assertTrue(fetched < 8 * MIB, fetched + " bytes were fetched");
  }

  @Test
  void aFileOfADirectoryThatChangesMeanwhileIsFetchedAsAWhole() throws Exception {
    Path dest = Files.createDirectory(directory.resolve("dest"));
    Files.write(dest.resolve("a"), before);
    Files.write(dest.resolve("b"), before);
    meanwhile = () -> Files.write(dest.resolve("b"), random(2 * MIB));
    assertEquals("2 files changed, 0 deleted, 0 unchanged", placeTree(dest, List.of(after, after)));
    assertArrayEquals(after, Files.readAllBytes(dest.resolve("a")));
    assertArrayEquals(after, Files.readAllBytes(dest.resolve("b")));
    assertFalse(fetched < after.length);
  }

  private FilePlacer.Placed place(byte[] content) throws Exception {
    Delivery delivery = delivery(Digests.sha256(content), content.length);
    return node.placer((what, chunks, sink) -> fetch(what, chunks, content, List.of(content), sink))
        .place(delivery, target, Ownership.DEFAULT, false);
  }

  private String placeTree(Path dest, List<byte[]> contents) throws Exception {
    List<TreeEntry> entries = new ArrayList<>();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < contents.size(); i++) {
      byte[] content = contents.get(i);
      all.writeBytes(content);
      String name = String.valueOf((char) ('a' + i));
      entries.add(TreeEntry.file(name, 0644, content.length, Digests.sha256(content)));
    }
    byte[] manifest = Manifest.of(entries);
    String sha256 = Digests.sha256(manifest);
    DeliverySource source =
        (what, chunks, sink) -> {
          if (what.manifest() == null) {
            sink.accept(manifest);
          } else {
            fetch(what, chunks, all.toByteArray(), contents, sink);
          }
        };
    DeliveredTree tree =
        new DeliveredTree(
            source,
            delivery(sha256, manifest.length),
            delivery(Delivery.filesOf(sha256), all.size()));
    try (StagingNotes notes = StagingNotes.open(directory.resolve("notes"))) {
      return new TreePlacer(tree, notes, FingerprintStore.NONE)
          .place(dest, Ownership.DEFAULT, new TreeOptions(false, List.of()))
          .summary();
    }
  }

  private static Delivery delivery(String sha256, long size) {
    return new Delivery(
        UUID.randomUUID(), sha256, size, Delivery.CHUNK_BYTES, new byte[32], new byte[32]);
  }

  /**
   * What a server does.
   *
   * @param files of the content
   */
  private void fetch(
      Delivery delivery,
      long[] chunks,
      byte[] content,
      List<byte[]> files,
      DeliverySource.Sink sink)
      throws JobException, IOException {
    long count = chunks == null ? delivery.chunks() : chunks.length;
    for (int i = 0; i < count; i++) {
      long chunk = chunks == null ? i : chunks[i];
      if (delivery.hasPieceList(chunk)) {
        list(PieceList.range(chunk), files, sink);
        continue;
      }
      try {
        meanwhile.run();
        meanwhile = () -> {};
      } catch (Exception e) {
        throw new IOException(e);
      }
      int from = (int) chunk * delivery.chunkBytes();
      byte[] bytes =
          Arrays.copyOfRange(content, from, Math.min(content.length, from + delivery.chunkBytes()));
      assertTrue(delivery.fits(chunk, bytes.length));
      fetched += bytes.length;
      sink.accept(bytes);
    }
  }

  private void list(long range, List<byte[]> files, DeliverySource.Sink sink)
      throws JobException, IOException {
    if (otherList != null && otherList.length == 0) {
      throw new JobException(Outcome.Reason.REFUSED, "the server denies the content");
    }
    List<Piece> pieces = new ArrayList<>();
    long start = 0;
    for (byte[] file : files) {
      PieceReader reader =
          new PieceReader(
              (position, into) -> {
                int length = (int) Math.min(into.remaining(), file.length - position);
                into.put(file, (int) position, length);
                return length;
              },
              0);
      for (Piece piece = reader.next(); piece != null; piece = reader.next()) {
        long offset = start + piece.offset();
        if (PieceList.isOf(file.length) && offset / PieceList.RANGE_BYTES == range) {
          pieces.add(new Piece(offset, piece.length(), piece.content()));
        }
      }
      start += file.length;
    }
    sink.accept(otherList == null ? PieceList.write(range, pieces) : otherList);
  }

  private static byte[] random(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }
}
