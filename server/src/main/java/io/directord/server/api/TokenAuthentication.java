package io.directord.server.api;

import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.access.Roles;
import io.directord.server.access.Tokens;
import io.directord.server.store.StoredToken;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Has every request show a token, and bounds how many each caller makes. What a stranger sends is
 * answered a few times a second for each address.
 */
final class TokenAuthentication implements Authentication {
  private static final String SCHEME = "bearer ";
  private static final String HOW =
      "; 'directord login' with a token that 'directord token create' makes on the server";

  private static final int PER_SECOND = 500;
  private static final int AT_ONCE = 1000;
  private static final int STRANGERS_PER_SECOND = 5;
  private static final int STRANGERS_AT_ONCE = 50;

  private final Tokens tokens;
  private final Roles roles;
  private final InstantSource clock;
  private final ShareWarnings warnings;
  private final RequestRate known;
  private final RequestRate strangers;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  TokenAuthentication(
      Tokens tokens,
      Roles roles,
      InstantSource clock,
      ShareWarnings warnings,
      LongSupplier nanoTime) {
    this.roles = roles;
    this.known = new RequestRate(PER_SECOND, AT_ONCE, nanoTime);
    this.strangers = new RequestRate(STRANGERS_PER_SECOND, STRANGERS_AT_ONCE, nanoTime);
    this.tokens = tokens;
    this.clock = clock;
    this.warnings = warnings;
  }

  @Override
  public Caller caller(Channel connection, HttpRequest request) {
    List<String> given = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
    if (given.size() != 1 || !given.get(0).toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw refused(
          connection,
          given.isEmpty()
              ? "a token is needed here" + HOW
              : "one header 'Authorization: Bearer TOKEN' is expected here");
    }
    StoredToken token =
        tokens
            .find(given.get(0).substring(SCHEME.length()).strip())
            .orElseThrow(
                () ->
                    refused(
                        connection,
                        "this token is not known here: it was revoked, or is of another server"
                            + HOW));
    if (!clock.instant().isBefore(token.expiresAt())) {
      throw refused(
          connection, "the token " + token.name() + " expired at " + token.expiresAt() + HOW);
    }
    Caller caller = Caller.ofToken(token.name(), roles.ofRole(token.role()));
    if (!known.take(caller.user())) {
      throw tooMany(caller, PER_SECOND);
    }
    return caller;
  }

  private ApiProblem refused(Channel connection, String why) {
    Caller stranger = Callers.peer(connection);
    Callers.set(connection, stranger);
    warnings.refused(stranger, why);
    if (!strangers.take(stranger.user())) {
      return tooMany(stranger, STRANGERS_PER_SECOND);
    }
    return new ApiProblem(
        HttpResponseStatus.UNAUTHORIZED,
        ErrorCode.NOT_AUTHENTICATED,
        why,
        Map.of(HttpHeaderNames.WWW_AUTHENTICATE.toString(), "Bearer realm=\"directord\""));
  }

  private static ApiProblem tooMany(Caller caller, int perSecond) {
    return new ApiProblem(
        HttpResponseStatus.TOO_MANY_REQUESTS,
        ErrorCode.SERVER_BUSY,
        caller.title()
            + " makes more than "
            + perSecond
            + " requests a second; nothing was done: try again in a moment",
        Map.of(HttpHeaderNames.RETRY_AFTER.toString(), "1"));
  }
}
