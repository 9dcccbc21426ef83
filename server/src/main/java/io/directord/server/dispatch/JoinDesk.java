package io.directord.server.dispatch;

import io.directord.server.access.Caller;
import io.directord.server.store.StoredJoinToken;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What callers may ask of join tokens. Thread-safe. */
public interface JoinDesk {

  /** The server's public join key, in Z85; empty if nodes join without a shared key here. */
  Optional<String> serverKey();

  /** Creates a token; completes with it once it is durable and may be used. */
  CompletableFuture<StoredJoinToken> create(Caller caller, StoredJoinToken token);

  /** Revokes a token by its id; completes with it once that is durable. */
  CompletableFuture<StoredJoinToken> revoke(Caller caller, String id);

  /** All that were not revoked, the oldest first. */
  CompletableFuture<List<StoredJoinToken>> list(Caller caller);
}
