package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.api.JoinTokenView;
import io.directord.common.security.JoinToken;
import io.directord.common.security.Z85;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Quoted;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.store.StoredJoinToken;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The tokens with which nodes enrol without the shared key. */
final class JoinTokensApi {
  private static final Duration MAX_TTL = Duration.ofDays(30);
  private static final int MAX_USES = 10_000;
  private static final int MAX_NODES = 1000;

  /** Letters and digits of an identity, and what stands for some of them. */
  private static final String PATTERN = "[A-Za-z0-9.:@_+*?-]{1,255}";

  private final Dispatch dispatch;
  private final InstantSource clock;
  private final Executor workers;

  JoinTokensApi(Dispatch dispatch, InstantSource clock, Executor workers) {
    this.dispatch = dispatch;
    this.clock = clock;
    this.workers = workers;
  }

  CompletableFuture<Reply> create(Call call, RequestBody body) throws IOException {
    Bodies.NewJoinToken wanted = ObjectBody.read(body, Bodies.NewJoinToken.class);
    require(wanted);
    String serverKey =
        dispatch
            .joinDesk()
            .serverKey()
            .orElseThrow(
                () ->
                    new ApiProblem(
                        HttpResponseStatus.CONFLICT,
                        ErrorCode.NOT_POSSIBLE_NOW,
                        "nodes join this server without a shared key (--curve-encryption or"
                            + " --insecure), and so without join tokens"));
    JoinToken token = JoinToken.generate(Z85.decode(serverKey));
    call.note().what("join token " + JoinToken.id(token.sha256()) + ", " + terms(wanted));
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    StoredJoinToken kept =
        new StoredJoinToken(
            token.sha256(),
            new StoredJoinToken.Terms(
                wanted.nodes() == null ? List.of() : wanted.nodes(),
                wanted.uses(),
                now.plus(wanted.ttl())),
            now,
            call.caller().user());
    return dispatch
        .joinDesk()
        .create(call.caller(), kept)
        .thenApplyAsync(
            created ->
                Reply.json(
                    HttpResponseStatus.CREATED,
                    new Bodies.CreatedJoinToken(token.text(), view(created))),
            workers);
  }

  private static String terms(Bodies.NewJoinToken wanted) {
    return (wanted.uses() == 1 ? "1 use" : wanted.uses() + " uses")
        + " within "
        + wanted.ttl().toSeconds()
        + " s"
        + (wanted.nodes() == null ? "" : ", for " + String.join(" ", wanted.nodes()));
  }

  private static void require(Bodies.NewJoinToken wanted) {
    if (wanted.uses() < 1 || wanted.uses() > MAX_USES) {
      throw Call.bad("uses: from 1 to " + MAX_USES + " are expected");
    }
    if (wanted.ttl() == null
        || wanted.ttl().compareTo(Duration.ofSeconds(1)) < 0
        || wanted.ttl().compareTo(MAX_TTL) > 0) {
      throw Call.bad("ttl: from one second to " + MAX_TTL.toDays() + " days are expected");
    }
    if (wanted.nodes() == null) {
      return;
    }
    if (wanted.nodes().isEmpty()) {
      throw Call.bad("nodes: at least one is expected; without the key it is for any node");
    }
    if (wanted.nodes().size() > MAX_NODES) {
      throw Call.bad("nodes: " + MAX_NODES + " at most are expected");
    }
    for (String pattern : wanted.nodes()) {
      if (pattern == null || !pattern.matches(PATTERN)) {
        throw Call.bad(
            "nodes: names are expected, in which '*' and '?' may stand for others, not "
                + Quoted.begin(String.valueOf(pattern)));
      }
    }
  }

  CompletableFuture<Reply> list(Call call) {
    return dispatch
        .joinDesk()
        .list(call.caller())
        .thenApplyAsync(
            all ->
                Reply.json(
                    HttpResponseStatus.OK,
                    new Bodies.JoinTokens(all.stream().map(this::view).toList())),
            workers);
  }

  CompletableFuture<Reply> revoke(Call call) {
    return dispatch
        .joinDesk()
        .revoke(call.caller(), call.path().get("id"))
        .thenApplyAsync(token -> Reply.json(HttpResponseStatus.OK, view(token)), workers);
  }

  private JoinTokenView view(StoredJoinToken token) {
    StoredJoinToken.Terms terms = token.terms();
    return new JoinTokenView(
        token.id(),
        new JoinTokenView.Terms(terms.nodes(), terms.uses(), terms.expiresAt()),
        token.used(),
        List.copyOf(token.joined()),
        token.createdAt(),
        token.createdBy(),
        token.isSpent(clock.instant()));
  }
}
