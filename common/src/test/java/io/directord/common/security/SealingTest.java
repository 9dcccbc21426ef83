package io.directord.common.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SealingTest {
  private static final byte[] SECRET = new byte[Sealing.SECRET_BYTES];
  private static final byte[] PLAIN = "a chunk of a file".getBytes(StandardCharsets.UTF_8);
  private final byte[] key = Sealing.deliveryKey(SECRET, "ab", 1024);

  @Test
  void whatIsSealedIsOpenedAgain() throws GeneralSecurityException {
    byte[] sealed = Sealing.seal(key, 3, 5, PLAIN, PLAIN.length);
    assertEquals(PLAIN.length + Sealing.OVERHEAD_BYTES, sealed.length);
    assertArrayEquals(PLAIN, Sealing.open(key, 3, 5, sealed));
  }

  @Test
  void aChunkOpensOnlyUnderItsOwnNumberCountAndKey() {
    byte[] sealed = Sealing.seal(key, 3, 5, PLAIN, PLAIN.length);
    assertThrows(GeneralSecurityException.class, () -> Sealing.open(key, 2, 5, sealed));
    assertThrows(GeneralSecurityException.class, () -> Sealing.open(key, 3, 4, sealed));
    byte[] other = Sealing.deliveryKey(SECRET, "cd", 1024);
    assertThrows(GeneralSecurityException.class, () -> Sealing.open(other, 3, 5, sealed));
  }

  @Test
  void anAlteredChunkDoesNotOpen() {
    byte[] sealed = Sealing.seal(key, 0, 1, PLAIN, PLAIN.length);
    for (int i = 0; i < sealed.length; i++) {
      byte[] altered = sealed.clone();
      altered[i] ^= 1;
      assertThrows(GeneralSecurityException.class, () -> Sealing.open(key, 0, 1, altered));
    }
  }

  @Test
  void everyJobAndContentHasItsOwnTicket() {
    UUID job = new UUID(1, 2);
    byte[] ticket = Sealing.ticket(SECRET, job, "ab");
    assertFalse(Arrays.equals(ticket, Sealing.ticket(SECRET, job, "cd")));
    assertFalse(Arrays.equals(ticket, Sealing.ticket(SECRET, new UUID(1, 3), "ab")));
    assertFalse(Arrays.equals(ticket, key));
  }
}
