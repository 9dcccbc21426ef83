package io.directord.server.api;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.Z85;
import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.dispatch.JoinDesk;
import io.directord.server.dispatch.RefusedException;
import io.directord.server.node.JoinTokens;
import io.directord.server.store.StoredJoinToken;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Has the join tokens that tests make. */
final class FakeJoinDesk implements JoinDesk {
  private final JoinTokens tokens = new JoinTokens();
  private final Optional<String> serverKey =
      Optional.of(Z85.encode(CurveKeyPair.generate().publicKey()));

  @Override
  public Optional<String> serverKey() {
    return serverKey;
  }

  @Override
  public CompletableFuture<StoredJoinToken> create(Caller caller, StoredJoinToken token) {
    tokens.put(token);
    return CompletableFuture.completedFuture(token);
  }

  @Override
  public CompletableFuture<StoredJoinToken> revoke(Caller caller, String id) {
    StoredJoinToken token = tokens.remove(id);
    if (token == null) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND, ErrorCode.UNKNOWN_TOKEN, "no token");
    }
    return CompletableFuture.completedFuture(token);
  }

  @Override
  public CompletableFuture<List<StoredJoinToken>> list(Caller caller) {
    return CompletableFuture.completedFuture(tokens.all());
  }
}
