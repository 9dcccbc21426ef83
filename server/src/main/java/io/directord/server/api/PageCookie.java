package io.directord.server.api;

import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.access.Sessions;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.util.List;
import java.util.Optional;

/**
 * The cookie that shows a login of the page. A browser sends it by itself, so a request with it
 * counts only if it also proves that the page made it: by a header that no other site can have a
 * browser send without asking this server first, which allows nobody.
 */
final class PageCookie {
  /** With this prefix a browser takes it from this host alone, by TLS, for all its paths. */
  private static final String NAME = "__Host-directord";

  private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=";

  /** The header of the page's requests, with any value. */
  private static final String PAGE = "Directord-Page";

  private static final String FETCH_SITE = "Sec-Fetch-Site";
  private static final String SAME_ORIGIN = "same-origin";

  private PageCookie() {}

  /** The header's value that gives a browser the login. */
  static String begin(String session) {
    return NAME + "=" + session + ATTRIBUTES + Sessions.SESSION_TIME.toSeconds();
  }

  /** The one that takes it away. */
  static String end() {
    return NAME + "=" + ATTRIBUTES + 0;
  }

  /** The login that a request shows; empty if there is not exactly one. */
  static Optional<String> find(HttpHeaders headers) {
    List<String> values =
        headers.getAll(HttpHeaderNames.COOKIE).stream()
            .flatMap(header -> ServerCookieDecoder.STRICT.decodeAll(header).stream())
            .filter(cookie -> cookie.name().equals(NAME))
            .map(Cookie::value)
            .toList();
    return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
  }

  /** Throws {@link ApiProblem} if another site may have had a browser make the request. */
  static void requireOwnPage(HttpHeaders headers, Caller caller) {
    List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
    String own = "https://" + headers.get(HttpHeaderNames.HOST);
    List<String> sites = headers.getAll(FETCH_SITE);
    if (!headers.contains(PAGE)
        || !origins.stream().allMatch(own::equalsIgnoreCase)
        || !sites.stream().allMatch(SAME_ORIGIN::equals)) {
      throw new ApiProblem(
          HttpResponseStatus.FORBIDDEN,
          ErrorCode.NO_PERMISSION,
          caller.title()
              + " has logged in by the page, and only the page may use that: nothing was done;"
              + " programs use a token");
    }
  }
}
