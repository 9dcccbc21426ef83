package io.directord.common.security;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Derives the server's CURVE key pair from the shared key, at both ends. The server's public key is
 * never sent, so a client that completes a handshake with it knows the shared key.
 *
 * <p>Argon2id (RFC 9106), with its second recommended choice halved to suit small nodes: 32 MiB, 4
 * passes, one lane. The salt is fixed, because both ends must find the same pair from the key
 * alone.
 */
public final class SharedKey {
  private static final byte[] SALT =
      "directord/1 server curve key".getBytes(StandardCharsets.US_ASCII);
  private static final int MEMORY_KIB = 32 << 10;
  private static final int PASSES = 4;

  private SharedKey() {}

  /** The server's key pair; takes some tenths of a second and 32 MiB, which is intended. */
  public static CurveKeyPair serverKeys(String sharedKey) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(MEMORY_KIB)
            .withIterations(PASSES)
            .withParallelism(1)
            .withSalt(SALT)
            .build());
    byte[] secret = new byte[CurveKeyPair.KEY_BYTES];
    generator.generateBytes(sharedKey.getBytes(StandardCharsets.UTF_8), secret);
    return CurveKeyPair.ofSecret(secret);
  }
}
