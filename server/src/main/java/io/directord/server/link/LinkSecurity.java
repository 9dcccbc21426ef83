package io.directord.server.link;

import io.directord.common.security.CurveKeyPair;
import java.util.Set;

/** Decides who may connect to the job port. */
public sealed interface LinkSecurity {

  /**
   * Admits peers that know the server's public key, which is derived from the shared key.
   *
   * @param keys the server's
   */
  record Shared(CurveKeyPair keys) implements LinkSecurity {}

  /**
   * Admits peers that hold one of these keys.
   *
   * @param keys the server's
   * @param admitted public keys of nodes, in Z85
   */
  record KeyFiles(CurveKeyPair keys, Set<String> admitted) implements LinkSecurity {
    public KeyFiles {
      admitted = Set.copyOf(admitted);
    }
  }

  /** Admits every peer, in the clear: for experiments on a loopback address. */
  record None() implements LinkSecurity {}
}
