package io.directord.common.security;

import java.nio.charset.StandardCharsets;

/**
 * The key pair by which nodes know the server that have no shared key: they have the public half
 * from a join token. It is made of the server's own pair, so that servers with one shared key have
 * the same one; nothing of that pair can be computed from it.
 */
public final class JoinKey {
  private static final String LABEL = "directord/1 join key";

  private JoinKey() {}

  /**
   * @param serverKeys that the shared key gives, see {@link SharedKey}
   */
  public static CurveKeyPair of(CurveKeyPair serverKeys) {
    return CurveKeyPair.ofSecret(
        Digests.hmacSha256(serverKeys.secretKey(), LABEL.getBytes(StandardCharsets.UTF_8)));
  }
}
