package io.directord.common.pieces;

import io.directord.common.security.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * A piece of a content.
 *
 * @param offset where it begins, in bytes
 * @param length in bytes
 * @param content the same for the same bytes
 */
public record Piece(long offset, int length, Fingerprint content) {

  /** The first half of a SHA-256. What was made of pieces is checked as a whole. */
  public record Fingerprint(long first, long second) {
    static Fingerprint of(byte[] bytes, int from, int length) {
      MessageDigest digest = Digests.sha256();
      digest.update(bytes, from, length);
      ByteBuffer all = ByteBuffer.wrap(digest.digest());
      return new Fingerprint(all.getLong(), all.getLong());
    }
  }

  /** Where it ends. */
  public long end() {
    return offset + length;
  }
}
