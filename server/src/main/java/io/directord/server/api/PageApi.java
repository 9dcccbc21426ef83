package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.http.TlsServer;
import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.access.Identity;
import io.directord.server.access.Sessions;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Logging in to the page, and out of it. */
final class PageApi {
  private final Sessions sessions;
  private final RemoteConfig remote;
  private final Supplier<InetSocketAddress> listens;
  private final InstantSource clock;

  /**
   * @param remote null if there is no page
   * @param listens where it is
   */
  PageApi(
      Sessions sessions,
      RemoteConfig remote,
      Supplier<InetSocketAddress> listens,
      InstantSource clock) {
    this.sessions = sessions;
    this.remote = remote;
    this.listens = listens;
    this.clock = clock;
  }

  /** A link by which the caller logs in to the page once. */
  CompletableFuture<Reply> link(Call call, Identity identity) {
    InetSocketAddress address = listens.get();
    if (remote == null || address == null) {
      throw new ApiProblem(
          HttpResponseStatus.CONFLICT,
          ErrorCode.NOT_POSSIBLE_NOW,
          "this server has no page: set api_address in its configuration, and restart it");
    }
    call.note().what("a link to the page");
    return CompletableFuture.completedFuture(
        Reply.json(
            HttpResponseStatus.CREATED,
            new Bodies.PageLink(
                sessions.newLink(call.caller(), identity),
                clock.instant().plus(Sessions.LINK_TIME),
                address.getAddress().isAnyLocalAddress() ? null : address.getHostString(),
                address.getPort(),
                TlsServer.fingerprint(remote.certificate().chain().get(0)))));
  }

  /** Has a browser logged in that shows a token or a link. */
  CompletableFuture<Reply> login(Call call, Identity identity) {
    String shown = TokenAuthentication.shown(call.headers());
    Caller caller = call.caller();
    // It was open when the request began, but another request may have used it since.
    boolean isLink = shown != null && Sessions.isLink(shown);
    if (shown == null || caller.token() == null && !isLink || isLink && !sessions.use(shown)) {
      throw new ApiProblem(
          HttpResponseStatus.UNAUTHORIZED,
          ErrorCode.NOT_AUTHENTICATED,
          "a token or a link that was not used before is needed to log in; 'directord ui' makes a"
              + " link");
    }
    call.note().what("logged in to the page" + (isLink ? " by a link" : ""));
    String session = sessions.begin(caller, identity);
    return CompletableFuture.completedFuture(
        Reply.json(
                HttpResponseStatus.CREATED,
                new Bodies.PageSession(caller.user(), clock.instant().plus(Sessions.SESSION_TIME)))
            .with(Map.of(HttpHeaderNames.SET_COOKIE.toString(), PageCookie.begin(session))));
  }

  CompletableFuture<Reply> logout(Call call) {
    PageCookie.find(call.headers()).ifPresent(sessions::end);
    call.note().what("logged out of the page");
    return CompletableFuture.completedFuture(
        Reply.empty(HttpResponseStatus.NO_CONTENT)
            .with(Map.of(HttpHeaderNames.SET_COOKIE.toString(), PageCookie.end())));
  }
}
