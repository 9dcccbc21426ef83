package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.InMemory;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockFileTest {
  /** More than are written at once. */
  private static final int BLOCKS = 300;

  private static final int MAGIC_BYTES = 16;
  private static final int STORED_BYTES = BlockFile.BLOCK_BYTES + 4;

  @TempDir(factory = InMemory.class)
  Path directory;

  private final byte[] content = new byte[BLOCKS * BlockFile.BLOCK_BYTES];
  private Path path;

  @BeforeEach
  void fill() throws IOException {
    new Random(1).nextBytes(content);
    path = Files.createFile(directory.resolve("blocks"));
    try (BlockFile file = BlockFile.open(path, false)) {
      file.write(ByteBuffer.wrap(content), 0);
    }
  }

  @Test
  void givesBackWhatWasWrittenWhereverAReaderBegins() throws IOException {
    try (BlockFile file = BlockFile.open(path, true)) {
      assertEquals(content.length, file.size());
      assertTrue(file.hasSoundBegin());
      assertTrue(file.isSound(0, BLOCKS));
      for (int begin : new int[] {0, 1, 4095, 4096, 4097, 255 * 4096 + 17}) {
        for (int length : new int[] {1, 128, 4096, 8192, 40_000}) {
          ByteBuffer read = ByteBuffer.allocate(length);
          file.read(read, begin);
          assertArrayEquals(Arrays.copyOfRange(content, begin, begin + length), read.array());
        }
      }
      ByteBuffer all = ByteBuffer.allocate(content.length);
      file.read(all, 0);
      assertArrayEquals(content, all.array());
    }
  }

  @Test
  void everyFlippedBitOfABlockOrItsChecksumIsDamageOfThatBlockAlone() throws IOException {
    byte[] stored = Files.readAllBytes(path);
    int begin = MAGIC_BYTES + STORED_BYTES;
    for (int at = begin; at < begin + STORED_BYTES; at++) {
      byte[] flipped = stored.clone();
      flipped[at] ^= (byte) (1 << at % Byte.SIZE);
      Files.write(path, flipped);
      try (BlockFile file = BlockFile.open(path, true)) {
        assertFalse(file.isSound(0, BLOCKS));
        assertTrue(file.isSound(0, 1) && file.isSound(2, BLOCKS - 2));
        DamagedBlockException damage =
            assertThrows(
                DamagedBlockException.class, () -> file.read(ByteBuffer.allocate(10), 5000));
        assertEquals("block 1 is not as it was written", damage.getMessage());
        file.read(ByteBuffer.allocate(BlockFile.BLOCK_BYTES), 0);
      }
    }
  }

  @Test
  void aBlockInThePlaceOfAnotherIsDamage() throws IOException {
    byte[] stored = Files.readAllBytes(path);
    System.arraycopy(stored, MAGIC_BYTES, stored, MAGIC_BYTES + STORED_BYTES, STORED_BYTES);
    Files.write(path, stored);
    try (BlockFile file = BlockFile.open(path, true)) {
      assertTrue(file.isSound(0, 1));
      assertFalse(file.isSound(1, 1));
    }
  }

  @Test
  void whatIsCutOffIsNotThereAndABeginThatIsDamagedIsTold() throws IOException {
    byte[] stored = Files.readAllBytes(path);
    stored[3] ^= 1;
    Files.write(path, Arrays.copyOf(stored, stored.length - 1));
    try (BlockFile file = BlockFile.open(path, false)) {
      assertEquals(content.length - BlockFile.BLOCK_BYTES, file.size());
      assertFalse(file.hasSoundBegin());
      assertFalse(file.isSound(0, BLOCKS));
      assertThrows(EOFException.class, () -> file.read(ByteBuffer.allocate(1), content.length - 1));
      file.truncate(2 * BlockFile.BLOCK_BYTES);
      assertEquals(2 * BlockFile.BLOCK_BYTES, file.size());
      assertTrue(file.isSound(0, 2));
    }
    assertEquals(MAGIC_BYTES + 2 * STORED_BYTES, Files.size(path));
  }

  @Test
  void onlyWholeBlocksAreWritten() throws IOException {
    try (BlockFile file = BlockFile.open(path, false)) {
      assertThrows(
          IllegalArgumentException.class, () -> file.write(ByteBuffer.allocate(4095), 4096));
      assertThrows(
          IllegalArgumentException.class, () -> file.write(ByteBuffer.allocate(4096), 4095));
    }
    assertArrayEquals(
        Arrays.copyOfRange(content, 0, 100),
        Arrays.copyOfRange(Files.readAllBytes(path), MAGIC_BYTES, MAGIC_BYTES + 100));
  }
}
