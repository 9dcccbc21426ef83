package io.directord.common.security;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One direction of a session that a {@link NoiseHandshake} has opened: AES-256-GCM, with the number
 * of the message as the nonce. A number must be sealed with once only. Thread-safe.
 */
public final class NoiseCipher {
  /** Difference in length between a sealed and a plain message. */
  public static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;

  /** Making one costs more than a short message does. */
  private static final ThreadLocal<Cipher> CIPHER =
      ThreadLocal.withInitial(
          () -> {
            try {
              return Cipher.getInstance("AES/GCM/NoPadding");
            } catch (GeneralSecurityException e) {
              throw new IllegalStateException("this Java runtime lacks AES-256-GCM", e);
            }
          });

  private final SecretKeySpec key;

  NoiseCipher(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  /**
   * Seals a message.
   *
   * @param number of the message
   * @param bound what is not sealed and cannot be changed either
   */
  public byte[] seal(long number, byte[] bound, byte[] plain) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, number, bound).doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot seal with AES-256-GCM", e);
    }
  }

  /**
   * Opens a message.
   *
   * @param from where it begins in {@code sealed}, which has nothing behind it
   * @throws GeneralSecurityException if it was not sealed with this key, number and {@code bound}
   */
  public byte[] open(long number, byte[] bound, byte[] sealed, int from)
      throws GeneralSecurityException {
    return cipher(Cipher.DECRYPT_MODE, number, bound).doFinal(sealed, from, sealed.length - from);
  }

  private Cipher cipher(int mode, long number, byte[] bound) throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(Integer.BYTES, number).array();
    Cipher cipher = CIPHER.get();
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(bound);
    return cipher;
  }
}
