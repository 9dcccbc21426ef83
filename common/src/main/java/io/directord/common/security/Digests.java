package io.directord.common.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Digests by which content and jobs are named, in lower-case hexadecimal, and the keyed ones that
 * prove who has a key.
 */
public final class Digests {
  private static final int BUFFER_BYTES = 128 << 10;
  private static final int SHA256_DIGITS = 64;
  private static final String HMAC = "HmacSHA256";

  private Digests() {}

  /** SHA-256, by which content is named. */
  public static MessageDigest sha256() {
    return digest("SHA-256");
  }

  /** SHA3-224, which the original uses for files and jobs. */
  public static MessageDigest sha3() {
    return digest("SHA3-224");
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks " + algorithm, e);
    }
  }

  /** Whether this is a SHA-256 of 64 lower-case hexadecimal digits. */
  public static boolean isSha256(String text) {
    boolean all = text.length() == SHA256_DIGITS;
    // By hand, since a pattern takes most of the time of looking at a tree.
    for (int i = 0; all && i < SHA256_DIGITS; i++) {
      char c = text.charAt(i);
      all = c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }
    return all;
  }

  /** Ends the digest. */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  public static String sha256(byte[] content) {
    MessageDigest digest = sha256();
    digest.update(content);
    return hex(digest);
  }

  /** HMAC-SHA256 (RFC 2104) of these parts, one behind the other. */
  public static byte[] hmacSha256(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks " + HMAC, e);
    }
  }

  /** Of a whole file, which is read piece by piece. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return hex(digest);
  }
}
