package io.directord.server.api;

import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.access.Identity;
import io.directord.server.access.Roles;
import io.directord.server.access.Sessions;
import io.directord.server.access.Tokens;
import io.directord.server.store.StoredToken;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Has every request show a token, or a login of the page, and bounds how many each caller makes.
 * What a stranger sends is answered a few times a second for each address; the page's files are for
 * everybody.
 */
final class TokenAuthentication implements Authentication {
  private static final String SCHEME = "bearer ";
  private static final String HOW =
      "; 'directord login' with a token that 'directord token create' makes on the server";

  /** Where a link counts as a token. */
  private static final String LOGIN = "/v1/session";

  private static final int PER_SECOND = 500;
  private static final int AT_ONCE = 1000;
  private static final int STRANGERS_PER_SECOND = 5;
  private static final int STRANGERS_AT_ONCE = 50;
  private static final int FILES_PER_SECOND = 20;
  private static final int FILES_AT_ONCE = 200;

  private final Tokens tokens;
  private final Sessions sessions;
  private final Roles roles;
  private final InstantSource clock;
  private final ShareWarnings warnings;
  private final RequestRate known;
  private final RequestRate strangers;
  private final RequestRate files;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  TokenAuthentication(
      Tokens tokens,
      Sessions sessions,
      Roles roles,
      InstantSource clock,
      ShareWarnings warnings,
      LongSupplier nanoTime) {
    this.roles = roles;
    this.known = new RequestRate(PER_SECOND, AT_ONCE, nanoTime);
    this.sessions = sessions;
    this.files = new RequestRate(FILES_PER_SECOND, FILES_AT_ONCE, nanoTime);
    this.strangers = new RequestRate(STRANGERS_PER_SECOND, STRANGERS_AT_ONCE, nanoTime);
    this.tokens = tokens;
    this.clock = clock;
    this.warnings = warnings;
  }

  @Override
  public Caller caller(Channel connection, HttpRequest request) {
    HttpHeaders headers = request.headers();
    boolean showsNothing = !headers.contains(HttpHeaderNames.AUTHORIZATION);
    if (showsNothing && PageFiles.isOne(request)) {
      Caller visitor = Callers.peer(connection);
      if (!files.take(visitor.user())) {
        throw tooMany(visitor, FILES_PER_SECOND);
      }
      return visitor;
    }
    if (showsNothing && HookStarts.isOne(request) && PageCookie.find(headers).isEmpty()) {
      Caller visitor = Callers.peer(connection);
      if (!files.take(visitor.user())) {
        throw tooMany(visitor, FILES_PER_SECOND);
      }
      return visitor.signing();
    }
    Optional<String> login = showsNothing ? PageCookie.find(headers) : Optional.empty();
    Identity identity =
        login.isPresent() ? ofLogin(connection, login.get()) : ofSecret(connection, request);
    Caller caller =
        identity.now().orElseThrow(() -> refused(connection, "this login has ended" + HOW));
    if (login.isPresent()) {
      Callers.set(connection, caller);
      PageCookie.requireOwnPage(headers, caller);
    }
    Callers.proved(connection, identity);
    if (!known.take(caller.user())) {
      throw tooMany(caller, PER_SECOND);
    }
    return caller;
  }

  private Identity ofLogin(Channel connection, String login) {
    return sessions
        .find(login)
        .orElseThrow(
            () -> refused(connection, "this login has ended: log in again, by 'directord ui'"));
  }

  private Identity ofSecret(Channel connection, HttpRequest request) {
    String shown = shown(request.headers());
    if (shown == null) {
      throw refused(
          connection,
          request.headers().contains(HttpHeaderNames.AUTHORIZATION)
              ? "one header 'Authorization: Bearer TOKEN' is expected here"
              : "a token is needed here" + HOW);
    }
    Optional<Identity> link =
        request.uri().equals(LOGIN) ? sessions.ofLink(shown) : Optional.empty();
    return link.orElseGet(() -> ofToken(connection, shown));
  }

  private Identity ofToken(Channel connection, String shown) {
    StoredToken token =
        tokens
            .find(shown)
            .orElseThrow(
                () ->
                    refused(
                        connection,
                        "this token is not known here: it was revoked or used, or is of another"
                            + " server"
                            + HOW));
    if (!clock.instant().isBefore(token.expiresAt())) {
      throw refused(
          connection, "the token " + token.name() + " expired at " + token.expiresAt() + HOW);
    }
    return Identity.ofToken(token, tokens, roles, clock);
  }

  /** The secret that a request shows; null if there is not exactly one. */
  static String shown(HttpHeaders headers) {
    List<String> given = headers.getAll(HttpHeaderNames.AUTHORIZATION);
    return given.size() == 1 && given.get(0).toLowerCase(Locale.ROOT).startsWith(SCHEME)
        ? given.get(0).substring(SCHEME.length()).strip()
        : null;
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
