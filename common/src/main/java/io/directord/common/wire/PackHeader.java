package io.directord.common.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * What stands before each content when many are sent or stored together: its SHA-256, and its size
 * as a number of eight bytes.
 *
 * @param sha256 in lower-case hexadecimal
 * @param size in bytes
 */
public record PackHeader(String sha256, long size) {
  private static final int DIGEST_BYTES = 32;

  /** Its length. */
  public static final int BYTES = DIGEST_BYTES + Long.BYTES;

  /** Larger contents are sent and stored alone. */
  public static final int MAX_CONTENT_BYTES = 1 << 20;

  /** Maximum length of contents that are sent together, with their headers. */
  public static final int MAX_PACK_BYTES = 32 << 20;

  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).put(HexFormat.of().parseHex(sha256)).putLong(size).array();
  }

  /** Reads one; null if no header can be there. */
  public static PackHeader read(ByteBuffer bytes) {
    byte[] digest = new byte[DIGEST_BYTES];
    bytes.get(digest);
    long size = bytes.getLong();
    return size < 0 || size > MAX_CONTENT_BYTES
        ? null
        : new PackHeader(HexFormat.of().formatHex(digest), size);
  }
}
