package io.directord.server.link;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.JoinKey;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decides who may connect to the job port. */
public sealed interface LinkSecurity {

  /**
   * Admits peers that know the server's public key, which is derived from the shared key; and those
   * that know one of its join keys, if they are enrolled or have a join token.
   *
   * @param keys the server's
   * @param next a second pair, by whose public key peers may know the server too; null for none
   */
  record Shared(CurveKeyPair keys, CurveKeyPair next) implements LinkSecurity {
    /** Those that are valid, the first one first. */
    public List<CurveKeyPair> all() {
      return next == null ? List.of(keys) : List.of(keys, next);
    }

    /** By which peers without a shared key may know the server: one for each pair. */
    public List<CurveKeyPair> joinKeys() {
      return next == null ? List.of(JoinKey.of(keys)) : List.of(JoinKey.of(keys), JoinKey.of(next));
    }
  }

  /**
   * Admits peers that hold one of these keys.
   *
   * @param keys the server's
   * @param admitted public keys of nodes, in Z85, with the identities that may enrol with each; an
   *     empty set for any
   */
  record KeyFiles(CurveKeyPair keys, Map<String, Set<String>> admitted) implements LinkSecurity {
    public KeyFiles {
      admitted = Map.copyOf(admitted);
    }
  }

  /** Admits every peer, in the clear: for experiments on a loopback address. */
  record None() implements LinkSecurity {}
}
