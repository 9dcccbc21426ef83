package io.directord.common.security;

import io.directord.common.validation.Counted;
import java.util.Optional;

/**
 * Checks whether a shared key is long and varied enough. An attacker who has recorded a handshake
 * can try keys offline; the slow derivation of {@link SharedKey} makes that expensive, but does not
 * protect weak keys.
 */
public final class KeyStrength {
  private static final int MIN_CHARACTERS = 16;
  private static final int MIN_DIFFERENT = 8;

  private KeyStrength() {}

  /**
   * A warning that says how the key is weak and what to do, without the key itself; empty if it is
   * strong.
   */
  public static Optional<String> weakness(String key) {
    long length = key.codePoints().count();
    long different = key.codePoints().distinct().count();
    if (length >= MIN_CHARACTERS && different >= MIN_DIFFERENT) {
      return Optional.empty();
    }
    return Optional.of(
        "the shared key is weak ("
            + Counted.of(length, "character")
            + ", "
            + different
            + " of them different) and can be guessed from recorded traffic: take a long random one,"
            + " such as 'openssl rand -base64 24' makes, on the server and all nodes");
  }
}
