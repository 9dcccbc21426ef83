package io.directord.common.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealingTest {
  private static final byte[] SECRET = new byte[Sealing.SECRET_BYTES];
  private static final byte[] PLAIN = "a chunk of a file".getBytes(StandardCharsets.UTF_8);
  private final byte[] key = Sealing.deliveryKey(SECRET, "ab", 1024);

  @Test
  void whatIsSealedIsOpenedAgain() throws GeneralSecurityException {
    byte[] sealed = Sealing.seal(key, 3, 5, PLAIN, PLAIN.length);
    assertArrayEquals(PLAIN, Sealing.open(key, 3, 5, sealed));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 8193, 16384, 100_000})
  void chunksOfEveryLengthAreOpenedAgain(int length) throws GeneralSecurityException {
    byte[] plain = new byte[length];
    new Random(length).nextBytes(plain);
    byte[] sealed = Sealing.seal(key, 0, 1, plain, length);
    assertArrayEquals(plain, Sealing.open(key, 0, 1, sealed));
    ByteBuffer into = ByteBuffer.allocate(100_000).position(7);
    Sealing.open(key, 0, 1, sealed, into);
    assertEquals(ByteBuffer.wrap(plain), into);
  }

  @Test
  void aChunkThatIsLongerThanItsBufferDoesNotOpen() {
    byte[] sealed = Sealing.seal(key, 0, 1, new byte[10_000], 10_000);
    ByteBuffer into = ByteBuffer.allocate(9_999);
    assertThrows(GeneralSecurityException.class, () -> Sealing.open(key, 0, 1, sealed, into));
  }

  @Test
  void aShortenedChunkDoesNotOpen() {
    byte[] sealed = Sealing.seal(key, 0, 1, new byte[20_000], 20_000);
    for (int length : new int[] {0, 1, 15, 16, 8208, 16416, sealed.length - 1}) {
      byte[] shortened = Arrays.copyOf(sealed, length);
      assertThrows(GeneralSecurityException.class, () -> Sealing.open(key, 0, 1, shortened));
    }
  }

  @Test
  void recordsOfAChunkDoNotChangePlaces() {
    byte[] sealed = Sealing.seal(key, 0, 1, new byte[16384], 16384);
    byte[] swapped = new byte[sealed.length];
    System.arraycopy(sealed, 0, swapped, 8208, 8208);
    System.arraycopy(sealed, 8208, swapped, 0, 8208);
    assertThrows(GeneralSecurityException.class, () -> Sealing.open(key, 0, 1, swapped));
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

  @Test
  void whatIsTooShortIsRefusedAsWhatWasChanged() {
    byte[] sealed = Sealing.seal(key, 0, 1, new byte[20_000], 20_000);
    for (int length : new int[] {0, 1, 11, 12, 15, 16, 17, 8208, 8209, 8223, 8224}) {
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThrows(GeneralSecurityException.class, () -> Sealing.open(key, 0, 1, cut), "" + length);
    }
  }

  @Test
  void aDenialOpensOnlyUnchangedWithItsKeyAndForItsChunk() throws Exception {
    byte[] sealed = Sealing.sealDenial(key, 3, "the job has ended");
    assertEquals("the job has ended", Sealing.openDenial(key, 3, sealed));
    assertFalse(Arrays.equals(sealed, Sealing.sealDenial(key, 3, "the job has ended")));
    assertThrows(GeneralSecurityException.class, () -> Sealing.openDenial(key, 4, sealed));
    byte[] other = Sealing.deliveryKey(SECRET, "cd", 1024);
    assertThrows(GeneralSecurityException.class, () -> Sealing.openDenial(other, 3, sealed));
    byte[] chunk = Sealing.seal(key, 3, 5, PLAIN, PLAIN.length);
    assertThrows(GeneralSecurityException.class, () -> Sealing.openDenial(key, 3, chunk));
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThrows(GeneralSecurityException.class, () -> Sealing.openDenial(key, 3, cut));
    }
  }
}
