package io.directord.server.dispatch;

import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.server.access.Caller;
import io.directord.server.node.JoinTokens;
import io.directord.server.store.Change;
import io.directord.server.store.StoredJoinToken;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Decides which join tokens there are; {@link JoinTokens} decides who may use them. */
final class JoinBook {
  private static final System.Logger LOG = System.getLogger(JoinBook.class.getName());

  private static final int MAX_TOKENS = 1000;

  /** How long one that cannot be used any more is still listed, from when it expires. */
  private static final Duration KEPT = Duration.ofDays(7);

  private final JoinTokens tokens;

  JoinBook(JoinTokens tokens) {
    this.tokens = tokens;
  }

  void put(Input.PutJoinToken request, Caller caller, Turn turn) {
    StoredJoinToken token = request.token();
    makeRoom(turn.now().instant(), turn);
    if (tokens.size() >= MAX_TOKENS) {
      turn.refuse(
          request.to(),
          new RefusedException(
              RefusedException.Kind.CONFLICT,
              ErrorCode.NOT_POSSIBLE_NOW,
              "there are "
                  + MAX_TOKENS
                  + " join tokens, and no more can be kept; revoke some first"));
      return;
    }
    tokens.put(token);
    turn.change(new Change.PutJoinToken(token));
    LOG.log(
        Level.INFO,
        "{0} has created the join token {1} for {2} until {3}",
        caller.user(),
        token.id(),
        token.terms().uses() == 1 ? "one node" : token.terms().uses() + " nodes",
        token.terms().expiresAt());
    turn.whenDurable(new Step.Do(new Effect.Reply<>(request.to(), token)));
  }

  /** Forgets those that ended long ago; and if there are too many, the first that have ended. */
  private void makeRoom(Instant now, Turn turn) {
    for (StoredJoinToken token : tokens.all()) {
      boolean isOld = !now.isBefore(token.terms().expiresAt().plus(KEPT));
      if (isOld || tokens.size() >= MAX_TOKENS && token.isSpent(now)) {
        tokens.remove(token.id());
        turn.change(new Change.ForgetJoinToken(token.id()));
      }
    }
  }

  void forget(Input.ForgetJoinToken request, Caller caller, Turn turn) {
    StoredJoinToken token = tokens.remove(request.id());
    if (token == null) {
      List<String> ids = tokens.all().stream().map(StoredJoinToken::id).toList();
      turn.refuse(
          request.to(),
          new RefusedException(
              RefusedException.Kind.NOT_FOUND,
              ErrorCode.UNKNOWN_TOKEN,
              "there is no join token " + request.id() + Nearest.hint(request.id(), ids)));
      return;
    }
    turn.change(new Change.ForgetJoinToken(token.id()));
    LOG.log(Level.INFO, "{0} has revoked the join token {1}", caller.user(), token.id());
    turn.whenDurable(new Step.Do(new Effect.Reply<>(request.to(), token)));
  }

  void list(Input.ListJoinTokens request, Turn turn) {
    turn.reply(request.to(), tokens.all());
  }
}
