package io.directord.common.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals the chunks of a delivery with AES-256-GCM, so that the server can send the same bytes to
 * every node.
 *
 * <p>The nonce is the chunk's number, so one key must never seal two different contents: keys are
 * derived from a job's random secret and the content's fingerprint. The number of chunks is bound
 * in as well, so that a shortened delivery is not taken for a whole one.
 */
public final class Sealing {
  /** What a sealed chunk is longer than the plain one. */
  public static final int OVERHEAD_BYTES = 16;

  /** Length of a job's secret, of keys and of tickets. */
  public static final int SECRET_BYTES = 32;

  private static final int NONCE_BYTES = 12;

  private Sealing() {}

  /**
   * The key for one content of one job, cut into chunks of this size: were the size to change while
   * a job is live, the same number would be that of other bytes.
   */
  public static byte[] deliveryKey(byte[] jobSecret, String sha256, int chunkBytes) {
    return derive(jobSecret, "directord/1 delivery key " + sha256 + " " + chunkBytes);
  }

  /** What a node shows at the content port to have one content of one job. */
  public static byte[] ticket(byte[] jobSecret, UUID jobId, String sha256) {
    return derive(jobSecret, "directord/1 ticket " + jobId + " " + sha256);
  }

  /**
   * Seals one chunk.
   *
   * @param chunk its number, from 0
   * @param chunks how many there are
   */
  public static byte[] seal(byte[] key, long chunk, long chunks, byte[] plain, int length) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, chunk, chunks).doFinal(plain, 0, length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot seal with AES-256-GCM", e);
    }
  }

  /**
   * Opens one chunk.
   *
   * @throws GeneralSecurityException if it is not what was sealed with this key under this number
   */
  public static byte[] open(byte[] key, long chunk, long chunks, byte[] sealed)
      throws GeneralSecurityException {
    return cipher(Cipher.DECRYPT_MODE, key, chunk, chunks).doFinal(sealed);
  }

  private static Cipher cipher(int mode, byte[] key, long chunk, long chunks)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(4, chunk).array();
    cipher.init(
        mode,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(OVERHEAD_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(ByteBuffer.allocate(Long.BYTES).putLong(0, chunks).array());
    return cipher;
  }

  /** HKDF-Expand (RFC 5869) to one block: the secret is random already. */
  private static byte[] derive(byte[] secret, String info) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update(info.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 1);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks HMAC-SHA256", e);
    }
  }
}
