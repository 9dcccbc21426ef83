package io.directord.common.security;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * A secret as the content that a job delivers: 32 random bytes, the length, the value, and zeros.
 * So nobody who knows the fingerprint can find the value by trying, and the size says little of it.
 */
public final class SecretContent {
  /** Less could not be hidden in output without hiding half of it. */
  public static final int MIN_BYTES = 4;

  /** Of the value. */
  public static final int MAX_BYTES = 32 << 10;

  /** Of the whole content. */
  public static final int MAX_CONTENT_BYTES = 64 << 10;

  private static final int SALT_BYTES = 32;
  private static final int BLOCK_BYTES = 256;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SecretContent() {}

  /** Makes a content of a value, another one each time. */
  public static byte[] of(byte[] value) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    int length = SALT_BYTES + Integer.BYTES + value.length;
    int padded = (length + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    return ByteBuffer.allocate(padded).put(salt).putInt(value.length).put(value).array();
  }

  /** The value; empty if this is not such a content. */
  public static Optional<byte[]> value(byte[] content) {
    if (content.length < SALT_BYTES + Integer.BYTES) {
      return Optional.empty();
    }
    int length = ByteBuffer.wrap(content).getInt(SALT_BYTES);
    int begin = SALT_BYTES + Integer.BYTES;
    return length < 0 || length > content.length - begin
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(content, begin, begin + length));
  }
}
