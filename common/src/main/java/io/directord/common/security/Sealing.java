package io.directord.common.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals the chunks of a delivery with AES-256-GCM, so that the server can send the same bytes to
 * every node.
 *
 * <p>A chunk is sealed in records of {@link #RECORD_BYTES}, as in TLS: Java's AES-GCM is fast once
 * its methods were called often, which a few calls with large inputs never are. The nonce is the
 * chunk's number and the record's, so one key must never seal two different contents: keys are
 * derived from a job's random secret and the content's fingerprint. The numbers of chunks and of
 * the chunk's records are bound in as well, so that what was shortened is not taken for the whole.
 */
public final class Sealing {
  private static final int RECORD_BYTES = 8 << 10;

  /** Difference in length between a sealed and a plain record. */
  private static final int TAG_BYTES = 16;

  /** Length of a job's secret, of keys and of tickets. */
  public static final int SECRET_BYTES = 32;

  private static final int NONCE_BYTES = 12;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Sealing() {}

  /**
   * The key for one content of one job in chunks of this size. The size is part of the derivation,
   * since with another size the same number would stand for other bytes.
   */
  public static byte[] deliveryKey(byte[] jobSecret, String sha256, int chunkBytes) {
    return derive(jobSecret, "directord/1 delivery key " + sha256 + " " + chunkBytes);
  }

  /**
   * The ticket by which a node requests one content of one job at the content port. Without the
   * secret it reveals nothing about the content.
   */
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
      return new Records(key, chunk, chunks, records(length, RECORD_BYTES))
          .seal(ByteBuffer.wrap(plain, 0, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot seal with AES-256-GCM", e);
    }
  }

  /** Length of a sealed chunk, given the plain length. */
  public static int sealedLength(int length) {
    return length + records(length, RECORD_BYTES) * TAG_BYTES;
  }

  /**
   * Opens one chunk.
   *
   * @throws GeneralSecurityException if it is not what was sealed with this key under this number
   */
  public static byte[] open(byte[] key, long chunk, long chunks, byte[] sealed)
      throws GeneralSecurityException {
    return records(key, chunk, chunks, sealed).open(ByteBuffer.wrap(sealed));
  }

  /**
   * Opens one chunk into a buffer, which is cleared before.
   *
   * @param into with room for the largest chunk; holds the chunk afterwards, from its start to its
   *     limit
   * @throws GeneralSecurityException also if it is longer
   */
  public static void open(byte[] key, long chunk, long chunks, byte[] sealed, ByteBuffer into)
      throws GeneralSecurityException {
    into.clear();
    records(key, chunk, chunks, sealed).openInto(ByteBuffer.wrap(sealed), into);
    into.flip();
  }

  private static Records records(byte[] key, long chunk, long chunks, byte[] sealed)
      throws GeneralSecurityException {
    int last = sealed.length % (RECORD_BYTES + TAG_BYTES);
    if (sealed.length == 0 || last > 0 && last < TAG_BYTES) {
      throw new GeneralSecurityException("too short to be sealed");
    }
    return new Records(key, chunk, chunks, records(sealed.length, RECORD_BYTES + TAG_BYTES));
  }

  /**
   * Seals the reason why a chunk is not delivered, under a key of its own.
   *
   * @param key of the delivery
   */
  public static byte[] sealDenial(byte[] key, long chunk, String reason) {
    return seal(denialKey(key), bound(chunk), reason.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Opens what {@link #sealDenial} sealed.
   *
   * @throws GeneralSecurityException if it was not sealed with this key for this chunk
   */
  public static String openDenial(byte[] key, long chunk, byte[] sealed)
      throws GeneralSecurityException {
    return new String(open(denialKey(key), bound(chunk), sealed), StandardCharsets.UTF_8);
  }

  /** The key under which a server keeps secrets, made of its own secret key. */
  public static byte[] keepingKey(byte[] serverSecret) {
    return derive(serverSecret, "directord/1 secrets of live jobs");
  }

  /**
   * Seals what a server keeps on its disk, as a nonce and what is sealed with it.
   *
   * @param name what it is kept as, and only as that can be opened
   */
  public static byte[] keep(byte[] key, String name, byte[] plain) {
    return seal(key, name.getBytes(StandardCharsets.UTF_8), plain);
  }

  /**
   * Opens what {@link #keep} sealed.
   *
   * @throws GeneralSecurityException if it was not sealed with this key under this name
   */
  public static byte[] openKept(byte[] key, String name, byte[] sealed)
      throws GeneralSecurityException {
    return open(key, name.getBytes(StandardCharsets.UTF_8), sealed);
  }

  private static byte[] denialKey(byte[] key) {
    return derive(key, "directord/1 denial");
  }

  private static byte[] bound(long chunk) {
    return ByteBuffer.allocate(Long.BYTES).putLong(chunk).array();
  }

  /**
   * A nonce, and what is sealed with it. It is random, since the same key may seal several things.
   *
   * @param bound what must be the same for it to be opened
   */
  private static byte[] seal(byte[] key, byte[] bound, byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, bound).doFinal(plain);
      return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot seal with AES-256-GCM", e);
    }
  }

  private static byte[] open(byte[] key, byte[] bound, byte[] sealed)
      throws GeneralSecurityException {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) {
      throw new GeneralSecurityException("too short to be sealed");
    }
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    return cipher(Cipher.DECRYPT_MODE, key, nonce, bound)
        .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] bound)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(bound);
    return cipher;
  }

  /** At least one, so that an empty chunk is sealed, too. */
  private static int records(int length, int each) {
    return Math.max(1, (length + each - 1) / each);
  }

  /** The records of one chunk, one after the other. */
  private static final class Records {
    private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    private final SecretKeySpec key;
    private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
    private final byte[] bound;
    private final int count;

    Records(byte[] key, long chunk, long chunks, int count) throws GeneralSecurityException {
      this.key = new SecretKeySpec(key, "AES");
      this.count = count;
      nonce.putLong(Integer.BYTES, chunk);
      bound = ByteBuffer.allocate(Long.BYTES + Integer.BYTES).putLong(chunks).putInt(count).array();
    }

    byte[] seal(ByteBuffer plain) throws GeneralSecurityException {
      ByteBuffer sealed = ByteBuffer.allocate(plain.remaining() + count * TAG_BYTES);
      each(Cipher.ENCRYPT_MODE, plain, RECORD_BYTES, sealed);
      return sealed.array();
    }

    byte[] open(ByteBuffer sealed) throws GeneralSecurityException {
      ByteBuffer plain = ByteBuffer.allocate(Math.max(0, sealed.remaining() - count * TAG_BYTES));
      openInto(sealed, plain);
      return plain.array();
    }

    void openInto(ByteBuffer sealed, ByteBuffer plain) throws GeneralSecurityException {
      each(Cipher.DECRYPT_MODE, sealed, RECORD_BYTES + TAG_BYTES, plain);
    }

    private void each(int mode, ByteBuffer from, int size, ByteBuffer to)
        throws GeneralSecurityException {
      int end = from.limit();
      for (int record = 0; record < count; record++) {
        nonce.putInt(0, record);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce.array()));
        cipher.updateAAD(bound);
        from.limit(Math.min(end, from.position() + size));
        cipher.doFinal(from, to);
      }
    }
  }

  /** HKDF-Expand (RFC 5869) to one block: the secret is random already. */
  private static byte[] derive(byte[] secret, String info) {
    return Digests.hmacSha256(secret, info.getBytes(StandardCharsets.UTF_8), new byte[] {1});
  }
}
