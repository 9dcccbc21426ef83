package io.directord.zeromq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The expected values were made with libsodium 1.0.18. */
class CryptoBoxTest {
  private static final byte[] ALICE = range(1, 32);
  private static final byte[] BOB = range(101, 32);
  private static final byte[] NONCE = range(0, 24);
  private static final String TEXT =
      "the quick brown fox jumps over the lazy dog, seventy bytes of it or so.";
  private static final String ALICE_PUBLIC =
      "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c";
  private static final String SHARED =
      "72da8bbbf5a0760cea2a1d1f2c5f19d54f292f8e7a1dd292b7a86a567ceabc69";
  private static final String SEALED =
      "fdae0c6892d6ba684b23b197e17eb3d47e396456349dfdf4c79e3f39db2b57b4624937f486ba8ee4"
          + "497a299ad659763769c64367c0cb3003480f003beb5c960f7a1562a27fbe60b35ed84dc57633cc9fd0f0ff65d86e4c";

  private final byte[] key = CryptoBox.sharedKey(CryptoBox.publicKey(BOB), ALICE);

  @Test
  void publicAndSharedKeysAreLibsodiums() {
    assertEquals(ALICE_PUBLIC, HexFormat.of().formatHex(CryptoBox.publicKey(ALICE)));
    assertEquals(SHARED, HexFormat.of().formatHex(key));
    assertArrayEquals(key, CryptoBox.sharedKey(CryptoBox.publicKey(ALICE), BOB));
  }

  @Test
  void keysThatAreAskedForAgainAreTheSameWhateverWasDoneWithThem() {
    for (int i = 0; i < 5; i++) {
      for (byte[] other : new byte[][] {BOB, range(i, 32), range(i + 50, 32)}) {
        byte[] once = CryptoBox.sharedKey(CryptoBox.publicKey(other), ALICE);
        byte[] again = CryptoBox.sharedKey(CryptoBox.publicKey(other), ALICE);
        assertArrayEquals(once, again);
        assertArrayEquals(once, CryptoBox.sharedKey(CryptoBox.publicKey(ALICE), other));
        Arrays.fill(once, (byte) 0);
        assertArrayEquals(again, CryptoBox.sharedKey(CryptoBox.publicKey(ALICE), other));
      }
    }
  }

  @Test
  void sealsAsLibsodiumDoes() {
    byte[] plain = plain();
    byte[] box = new byte[plain.length];
    assertTrue(CryptoBox.seal(box, plain, plain.length, NONCE, key));
    assertEquals(SEALED, HexFormat.of().formatHex(Arrays.copyOfRange(box, 16, box.length)));
  }

  @Test
  void opensWhatLibsodiumSealedAndNothingElse() {
    byte[] box = new byte[plain().length];
    byte[] sealed = HexFormat.of().parseHex(SEALED);
    System.arraycopy(sealed, 0, box, 16, sealed.length);
    byte[] opened = new byte[box.length];
    assertTrue(CryptoBox.open(opened, box, box.length, NONCE, key));
    assertArrayEquals(plain(), opened);
    for (int i = 16; i < box.length; i++) {
      byte[] altered = box.clone();
      altered[i] ^= 0x40;
      assertFalse(CryptoBox.open(new byte[box.length], altered, box.length, NONCE, key));
    }
  }

  @Test
  void refusesWhatIsTooShortToBeABox() {
    assertFalse(CryptoBox.open(new byte[31], new byte[31], 31, NONCE, key));
    assertFalse(CryptoBox.seal(new byte[31], new byte[31], 31, NONCE, key));
  }

  private static byte[] plain() {
    byte[] text = TEXT.getBytes(StandardCharsets.US_ASCII);
    byte[] plain = new byte[32 + text.length];
    System.arraycopy(text, 0, plain, 32, text.length);
    return plain;
  }

  private static byte[] range(int first, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }
}
