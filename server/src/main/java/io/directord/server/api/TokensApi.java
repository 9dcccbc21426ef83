package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.api.TokenView;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import io.directord.server.access.Roles;
import io.directord.server.access.Tokens;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.store.StoredToken;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The tokens of the remote API. */
final class TokensApi {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final Duration MAX_TTL = Duration.ofDays(365);

  private final Dispatch dispatch;
  private final Roles roles;
  private final InstantSource clock;
  private final Executor workers;

  TokensApi(Dispatch dispatch, Roles roles, InstantSource clock, Executor workers) {
    this.dispatch = dispatch;
    this.roles = roles;
    this.clock = clock;
    this.workers = workers;
  }

  CompletableFuture<Reply> create(Call call, RequestBody body) throws IOException {
    Bodies.NewToken wanted = ObjectBody.read(body, Bodies.NewToken.class);
    require(wanted);
    call.note().what("token " + wanted.name() + ", role " + wanted.role());
    String secret = Tokens.newText();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    StoredToken token =
        new StoredToken(
            wanted.name(),
            wanted.role(),
            Tokens.digest(secret),
            now,
            call.caller().user(),
            now.plus(wanted.ttl()));
    return dispatch
        .createToken(call.caller(), token)
        .thenApplyAsync(
            created ->
                Reply.json(
                    HttpResponseStatus.CREATED, new Bodies.CreatedToken(secret, view(created))),
            workers);
  }

  private void require(Bodies.NewToken wanted) {
    if (wanted.name() == null || !wanted.name().matches(NAME)) {
      throw Call.bad(
          "name: letters, digits, '.', '_' and '-' are expected, 64 at most, not "
              + Quoted.begin(String.valueOf(wanted.name())));
    }
    if (!roles.names().contains(wanted.role())) {
      String role = String.valueOf(wanted.role());
      throw new ApiProblem(
          HttpResponseStatus.BAD_REQUEST,
          ErrorCode.UNKNOWN_ROLE,
          "there is no role "
              + Quoted.begin(role)
              + Nearest.hint(role, roles.names())
              + "; there are "
              + String.join(", ", roles.names()));
    }
    if (wanted.ttl() == null
        || wanted.ttl().compareTo(Duration.ofSeconds(1)) < 0
        || wanted.ttl().compareTo(MAX_TTL) > 0) {
      throw Call.bad("ttl: from one second to " + MAX_TTL.toDays() + " days are expected");
    }
  }

  CompletableFuture<Reply> list(Call call) {
    List<TokenView> all = dispatch.tokens().all().stream().map(this::view).toList();
    return CompletableFuture.completedFuture(
        Reply.json(HttpResponseStatus.OK, new Bodies.Tokens(all)));
  }

  CompletableFuture<Reply> revoke(Call call) {
    return dispatch
        .revokeToken(call.caller(), call.path().get("name"))
        .thenApplyAsync(token -> Reply.json(HttpResponseStatus.OK, view(token)), workers);
  }

  private TokenView view(StoredToken token) {
    return new TokenView(
        token.name(),
        token.role(),
        token.createdAt(),
        token.createdBy(),
        token.expiresAt(),
        !clock.instant().isBefore(token.expiresAt()));
  }
}
