package io.directord.server.access;

import io.directord.server.store.StoredToken;
import java.time.InstantSource;
import java.util.Optional;

/** Whom a request has proved to come from. Thread-safe. */
@FunctionalInterface
public interface Identity {

  /** The caller with its rights as they are now; empty once the proof is no longer valid. */
  Optional<Caller> now();

  /** Who has shown a token, until that is revoked or expires. */
  static Identity ofToken(StoredToken shown, Tokens tokens, Roles roles, InstantSource clock) {
    return () ->
        tokens
            .ofDigest(shown.sha256())
            .filter(token -> clock.instant().isBefore(token.expiresAt()))
            .map(token -> Caller.ofToken(token, roles.ofRole(token.role())));
  }
}
