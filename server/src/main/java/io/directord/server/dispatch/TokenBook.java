package io.directord.server.dispatch;

import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.server.access.Caller;
import io.directord.server.store.Change;
import io.directord.server.store.StoredToken;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Decides which tokens of the remote API there are. */
final class TokenBook {
  private static final System.Logger LOG = System.getLogger(TokenBook.class.getName());

  /** Far more than people, programs and machines that give orders. */
  private static final int MAX_TOKENS = 1000;

  private final Map<String, StoredToken> byName = new TreeMap<>();

  void recover(Collection<StoredToken> known) {
    known.forEach(token -> byName.put(token.name(), token));
  }

  /** Whether the caller has a token that was made after that, so that it was another one's then. */
  boolean isLater(Caller caller, Instant than) {
    StoredToken token = caller.token() == null ? null : byName.get(caller.token());
    return token != null && than.isBefore(token.createdAt());
  }

  /** An expired token makes room for one of its name. */
  void put(StoredToken token, CompletableFuture<StoredToken> to, Caller caller, Turn turn) {
    StoredToken earlier = byName.get(token.name());
    if (earlier != null && turn.now().instant().isBefore(earlier.expiresAt())) {
      turn.refuse(
          to,
          new RefusedException(
              RefusedException.Kind.CONFLICT,
              ErrorCode.DUPLICATE_ID,
              "there is a token "
                  + token.name()
                  + " already; choose another name, or revoke that one first"));
      return;
    }
    if (earlier == null && byName.size() >= MAX_TOKENS) {
      turn.refuse(
          to,
          new RefusedException(
              RefusedException.Kind.CONFLICT,
              ErrorCode.NOT_POSSIBLE_NOW,
              "there are " + MAX_TOKENS + " tokens, and no more can be kept; revoke some first"));
      return;
    }
    byName.put(token.name(), token);
    turn.change(new Change.PutToken(token));
    LOG.log(
        Level.INFO,
        "{0} has created the token {1} with the role {2} until {3}",
        caller.user(),
        token.name(),
        token.role(),
        token.expiresAt());
    turn.whenDurable(new Step.Do(new Effect.UseToken(token)));
    turn.whenDurable(new Step.Do(new Effect.Reply<>(to, token)));
  }

  void forget(String name, CompletableFuture<StoredToken> to, Caller caller, Turn turn) {
    StoredToken token = byName.remove(name);
    if (token == null) {
      turn.refuse(
          to,
          new RefusedException(
              RefusedException.Kind.NOT_FOUND,
              ErrorCode.UNKNOWN_TOKEN,
              "there is no token " + name + Nearest.hint(name, byName.keySet())));
      return;
    }
    turn.change(new Change.ForgetToken(token.name()));
    LOG.log(Level.INFO, "{0} has revoked the token {1}", caller.user(), token.name());
    turn.whenDurable(new Step.Do(new Effect.DropToken(token.name())));
    turn.whenDurable(new Step.Do(new Effect.Reply<>(to, token)));
  }
}
