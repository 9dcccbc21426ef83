package io.directord.common.security;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A CURVE25519 key pair, as ZeroMQ's CURVE mechanism (RFC 26) uses it. The arrays are not copied
 * and not to be modified.
 *
 * @param publicKey 32 bytes
 * @param secretKey 32 bytes
 */
public record CurveKeyPair(byte[] publicKey, byte[] secretKey) {
  public static final int KEY_BYTES = X25519.POINT_SIZE;

  private static final SecureRandom RANDOM = new SecureRandom();

  public static CurveKeyPair generate() {
    byte[] secret = new byte[KEY_BYTES];
    RANDOM.nextBytes(secret);
    return ofSecret(secret);
  }

  /** The pair whose secret half is given. */
  public static CurveKeyPair ofSecret(byte[] secretKey) {
    if (secretKey.length != KEY_BYTES) {
      throw new IllegalArgumentException("a CURVE key has 32 bytes, not " + secretKey.length);
    }
    byte[] publicKey = new byte[KEY_BYTES];
    X25519.scalarMultBase(secretKey, 0, publicKey, 0);
    return new CurveKeyPair(publicKey, secretKey);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CurveKeyPair pair
        && Arrays.equals(publicKey, pair.publicKey)
        && Arrays.equals(secretKey, pair.secretKey);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(publicKey);
  }

  /** Shows the public half only. */
  @Override
  public String toString() {
    return "CurveKeyPair[" + Z85.encode(publicKey) + "]";
  }
}
