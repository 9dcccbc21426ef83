package io.directord.server.content;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class SealedChunksTest {
  private final SealedChunks chunks = new SealedChunks(300);
  private final UUID job = UUID.randomUUID();

  @Test
  void theOnesNotAskedForGoFirstWhenTheLimitIsReached() {
    for (int i = 0; i < 3; i++) {
      chunks.put(key(i), new byte[100]);
    }
    assertNotNull(chunks.get(key(0)));
    chunks.put(key(3), new byte[100]);
    assertNull(chunks.get(key(1)));
    assertNotNull(chunks.get(key(0)));
    assertNotNull(chunks.get(key(2)));
  }

  @Test
  void forgettingAJobMakesRoom() {
    for (int i = 0; i < 3; i++) {
      chunks.put(key(i), new byte[100]);
    }
    chunks.forget(job);
    assertNull(chunks.get(key(0)));
    chunks.put(key(4), new byte[300]);
    assertNotNull(chunks.get(key(4)));
  }

  private SealedChunks.Key key(long chunk) {
    return new SealedChunks.Key(job, "0".repeat(64), chunk);
  }
}
