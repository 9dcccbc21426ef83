package io.directord.common.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class UploadTest {
  private static final byte[] RANDOM = new byte[32];

  @Test
  void aClientThatDoesNotSayTheSizeOfItsChunksHasShortOnes() {
    String text = new Upload(RANDOM, RANDOM, 1_000_000, 3, Upload.CHUNK_BYTES).text();
    assertEquals(Upload.CHUNK_BYTES, Upload.of(text).chunkBytes());
    String without = text.replaceFirst(",\"chunk_bytes\":\\d+", "");
    assertNotEquals(text, without);
    assertEquals(Upload.UNSAID_CHUNK_BYTES, Upload.of(without).chunkBytes());
    assertEquals(3, Upload.of(without).next());
  }

  @Test
  void chunksThatTakeMoreMemoryThanAllowedAreInvalid() {
    assertNull(Upload.of(new Upload(RANDOM, RANDOM, 1, 0, Upload.CHUNK_BYTES + 1).text()));
    assertNull(Upload.of(new Upload(RANDOM, RANDOM, 1, 0, -1).text()));
  }

  @Test
  void chunksBehindTheLastAreInvalid() {
    assertNull(Upload.of(new Upload(RANDOM, RANDOM, 1_000_000, 1L << 45, 0).text()));
    assertEquals(16, Upload.of(new Upload(RANDOM, RANDOM, 1_000_000, 16, 0).text()).next());
    assertNull(Upload.of(new Upload(RANDOM, RANDOM, 1_000_000, 17, 0).text()));
  }
}
