package io.directord.server.api;

import io.directord.common.api.Leadership;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.server.access.Authorizer;
import io.directord.server.access.Caller;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the route of a request. */
final class Router {
  private static final Pattern ABSOLUTE =
      Pattern.compile("https?://[^/?#]*(.*)", Pattern.CASE_INSENSITIVE);

  private static final int MAX_PATH = 300;

  private final List<Route> routes;
  private final Authorizer authorizer;
  private final Auditor auditor;
  private final Supplier<Leadership> standby;

  /** Who answers a request. */
  record Match(Route.Endpoint endpoint, Call call) {}

  /**
   * @param auditor null for one that records nothing
   * @param standby who leads; null in a server that does
   */
  Router(List<Route> routes, Authorizer authorizer, Auditor auditor, Supplier<Leadership> standby) {
    this.auditor = auditor;
    this.routes = routes;
    this.authorizer = authorizer;
    this.standby = standby;
  }

  /** Throws {@link ApiProblem} if there is no such route, or if the caller lacks the permission. */
  Match route(HttpRequest request, Caller caller) {
    QueryStringDecoder uri = new QueryStringDecoder(originForm(request.uri()));
    String[] segments = segments(uri.rawPath());
    Set<String> methods = new TreeSet<>();
    for (Route route : routes) {
      Map<String, String> values = match(route.template().split("/", -1), segments);
      if (values != null && route.method().equals(request.method())) {
        ApiProblem.unlessAllowed(authorizer, caller, route.permission());
        Call call =
            new Call(
                values,
                parameters(route, uri),
                request.headers(),
                caller,
                action(request),
                new AuditNote());
        return new Match(route.endpoint(), call);
      }
      if (values != null) {
        methods.add(route.method().name());
      }
    }
    if (standby != null) {
      throw ApiProblem.ofStandby(standby.get());
    }
    if (methods.isEmpty()) {
      throw new ApiProblem(
          HttpResponseStatus.NOT_FOUND,
          ErrorCode.UNKNOWN_PATH,
          "there is nothing at " + uri.rawPath() + "; docs/openapi.yaml lists what there is");
    }
    String allowed = String.join(", ", methods);
    throw new ApiProblem(
        HttpResponseStatus.METHOD_NOT_ALLOWED,
        ErrorCode.UNKNOWN_PATH,
        uri.rawPath() + " takes " + allowed + ", not " + request.method(),
        Map.of(HttpHeaderNames.ALLOW.toString(), allowed));
  }

  /** A request was refused before it was routed, or since its caller lacks the permission. */
  void refused(Channel connection, HttpRequest request, ApiProblem why) {
    if (auditor != null) {
      auditor.refused(connection, action(request), why);
    }
  }

  /** Without the query, and not longer than the paths that there are. */
  private static String action(HttpRequest request) {
    String path = originForm(request.uri()).replaceFirst("\\?.*", "");
    return request.method() + " " + (path.length() > MAX_PATH ? path.substring(0, MAX_PATH) : path);
  }

  /** A proxy says the whole address (RFC 9112, 3.2.2); of that the path counts. */
  private static String originForm(String target) {
    Matcher absolute = ABSOLUTE.matcher(target);
    if (!absolute.matches()) {
      return target;
    }
    String path = absolute.group(1);
    return path.startsWith("/") ? path : "/" + path;
  }

  private static String[] segments(String path) {
    String[] segments = path.split("/", -1);
    try {
      for (int i = 0; i < segments.length; i++) {
        segments[i] = QueryStringDecoder.decodeComponent(segments[i].replace("+", "%2B"));
      }
    } catch (IllegalArgumentException e) {
      throw Call.bad("the path is not written as URLs are: " + e.getMessage());
    }
    return segments;
  }

  private static Map<String, String> match(String[] template, String[] segments) {
    if (template.length != segments.length) {
      return null;
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < template.length; i++) {
      if (template[i].startsWith("{") && !segments[i].isEmpty()) {
        values.put(template[i].substring(1, template[i].length() - 1), segments[i]);
      } else if (!template[i].equals(segments[i])) {
        return null;
      }
    }
    return values;
  }

  private static Map<String, List<String>> parameters(Route route, QueryStringDecoder uri) {
    try {
      for (String name : uri.parameters().keySet()) {
        if (!route.parameters().contains(name)) {
          throw Call.bad(
              "unknown parameter '"
                  + name
                  + "'"
                  + Nearest.hint(name, route.parameters())
                  + "; "
                  + (route.parameters().isEmpty()
                      ? "there are none here"
                      : "there are " + String.join(", ", new TreeSet<>(route.parameters()))));
        }
      }
      return uri.parameters();
    } catch (IllegalArgumentException e) {
      throw Call.bad("the query is not written as URLs are: " + e.getMessage());
    }
  }
}
