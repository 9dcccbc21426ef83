package io.directord.zeromq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libsodium and Bouncy Castle give the same results. */
class SodiumTest {
  private static final int VECTORS = 10_000;
  private static final int MAX_TEXT_BYTES = 3000;
  private static final int NONCE_BYTES = 24;

  @TempDir private static Path directory;
  private static CurveLibrary sodium;

  private final CurveLibrary java = new BouncyCastle();
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @BeforeAll
  static void load() {
    try {
      sodium = Sodium.load(directory);
    } catch (NoSodiumException e) {
      abort(e.getMessage());
    }
  }

  @Test
  void keysAreTheSame() {
    for (int i = 0; i < VECTORS; i++) {
      byte[] secret = bytes(CryptoBox.KEY_BYTES);
      byte[] publicKey = sodium.publicKey(secret);
      assertArrayEquals(java.publicKey(secret), publicKey, this::seed);
      // Any 32 bytes are a public key, also those that are not of a point of the curve.
      byte[] theirs = i % 2 == 0 ? bytes(CryptoBox.KEY_BYTES) : publicKey;
      byte[] ours = bytes(CryptoBox.KEY_BYTES);
      assertArrayEquals(java.sharedKey(theirs, ours), sodium.sharedKey(theirs, ours), this::seed);
    }
  }

  @Test
  void whatOneSealsTheOtherOpensUnlessItWasChanged() {
    for (int i = 0; i < VECTORS; i++) {
      byte[] key = bytes(CryptoBox.KEY_BYTES);
      byte[] nonce = bytes(NONCE_BYTES);
      byte[] plain = new byte[CryptoBox.ZERO_BYTES + random.nextInt(MAX_TEXT_BYTES)];
      byte[] text = bytes(plain.length - CryptoBox.ZERO_BYTES);
      System.arraycopy(text, 0, plain, CryptoBox.ZERO_BYTES, text.length);
      byte[] box = new byte[plain.length];
      byte[] same = new byte[plain.length];

      assertTrue(sodium.seal(box, plain, plain.length, nonce, key), this::seed);
      assertTrue(java.seal(same, plain, plain.length, nonce, key), this::seed);
      assertArrayEquals(same, box, this::seed);

      byte[] opened = new byte[plain.length];
      assertTrue(sodium.open(opened, box, box.length, nonce, key), this::seed);
      assertArrayEquals(plain, opened, this::seed);

      int first = CryptoBox.BOX_ZERO_BYTES;
      box[first + random.nextInt(box.length - first)] ^= (byte) (1 << random.nextInt(8));
      assertFalse(sodium.open(opened, box, box.length, nonce, key), this::seed);
      assertFalse(java.open(opened, box, box.length, nonce, key), this::seed);
      assertArrayEquals(plain, opened, this::seed);
    }
  }

  @Test
  void aPointOfLowOrderSharesNoKey() {
    for (byte first = 0; first < 2; first++) {
      byte[] point = new byte[CryptoBox.KEY_BYTES];
      point[0] = first;
      assertNull(sodium.sharedKey(point, bytes(CryptoBox.KEY_BYTES)));
    }
  }

  @Test
  void nothingIsReadOrWrittenBeyondAnArray() {
    byte[] key = bytes(CryptoBox.KEY_BYTES);
    byte[] nonce = bytes(NONCE_BYTES);
    byte[] text = new byte[40];
    byte[] shorter = new byte[39];
    byte[] shortKey = Arrays.copyOf(key, 31);
    assertRefused(() -> sodium.seal(shorter, text, 40, nonce, key));
    assertRefused(() -> sodium.seal(text, shorter, 40, nonce, key));
    assertRefused(() -> sodium.open(shorter, text, 40, nonce, key));
    assertRefused(() -> sodium.open(text, shorter, 40, nonce, key));
    assertRefused(() -> sodium.seal(text, text, 40, Arrays.copyOf(nonce, 23), key));
    assertRefused(() -> sodium.seal(text, text, 40, nonce, shortKey));
    assertRefused(() -> sodium.sharedKey(shortKey, key));
    assertRefused(() -> sodium.sharedKey(key, shortKey));
    assertRefused(() -> sodium.publicKey(shortKey));
    assertFalse(sodium.seal(text, text, 31, nonce, key));
    assertFalse(sodium.open(text, text, 31, nonce, key));
  }

  @Test
  void theOneThatIsChosenIsTold() throws NoSodiumException {
    assertEquals(
        "CURVE is done by Bouncy Castle, as the setting crypto says",
        CryptoBox.choose("java", directory));
    for (String wanted : new String[] {"sodium", "auto"}) {
      String told = CryptoBox.choose(wanted, directory);
      assertTrue(told.matches("CURVE is done by libsodium 1\\.[0-9.]+"), told);
    }
  }

  private static void assertRefused(Runnable call) {
    assertThrows(IndexOutOfBoundsException.class, call::run);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private String seed() {
    return "seed " + seed;
  }
}
