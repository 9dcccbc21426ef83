package io.directord.common.security;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** ZeroMQ's printable form of keys (RFC 32/Z85): five characters for four bytes. */
public final class Z85 {
  private static final byte[] DIGITS =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int[] VALUES = new int[128];

  static {
    Arrays.fill(VALUES, -1);
    for (int i = 0; i < DIGITS.length; i++) {
      VALUES[DIGITS[i]] = i;
    }
  }

  private Z85() {}

  /**
   * @param bytes a multiple of four
   */
  public static String encode(byte[] bytes) {
    if (bytes.length % 4 != 0) {
      throw new IllegalArgumentException("a multiple of 4 bytes is expected, not " + bytes.length);
    }
    byte[] out = new byte[bytes.length / 4 * 5];
    for (int i = 0, o = 0; i < bytes.length; i += 4, o += 5) {
      long value =
          (bytes[i] & 0xffL) << 24
              | (bytes[i + 1] & 0xffL) << 16
              | (bytes[i + 2] & 0xffL) << 8
              | (bytes[i + 3] & 0xffL);
      for (int digit = 4; digit >= 0; digit--) {
        out[o + digit] = DIGITS[(int) (value % 85)];
        value /= 85;
      }
    }
    return new String(out, StandardCharsets.US_ASCII);
  }

  /**
   * @throws IllegalArgumentException if the text is not Z85
   */
  public static byte[] decode(String text) {
    if (text.length() % 5 != 0) {
      throw new IllegalArgumentException(
          "a multiple of 5 characters is expected, not " + text.length());
    }
    byte[] out = new byte[text.length() / 5 * 4];
    for (int i = 0, o = 0; i < text.length(); i += 5, o += 4) {
      long value = 0;
      for (int digit = 0; digit < 5; digit++) {
        char c = text.charAt(i + digit);
        if (c >= VALUES.length || VALUES[c] < 0) {
          throw new IllegalArgumentException("a character that is not of Z85");
        }
        value = value * 85 + VALUES[c];
      }
      if (value > 0xffffffffL) {
        throw new IllegalArgumentException("five characters that stand for no four bytes");
      }
      for (int octet = 3; octet >= 0; octet--) {
        out[o + octet] = (byte) value;
        value >>>= 8;
      }
    }
    return out;
  }
}
