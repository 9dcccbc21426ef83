package io.directord.server.api;

import io.directord.server.access.Permission;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Set;

/**
 * A route of the API.
 *
 * @param template path with parts in braces that match one segment each
 * @param parameters names of the query's parameters
 * @param permission needed by the caller
 * @param endpoint its handler
 */
record Route(
    HttpMethod method,
    String template,
    Set<String> parameters,
    Permission permission,
    Endpoint endpoint) {

  /** Creates the receiver of each request; called on the event loop, must not block. */
  @FunctionalInterface
  interface Endpoint {
    Receiver receive(Call call, Exchange connection);
  }

  static Route of(HttpMethod method, String template, Permission permission, Endpoint endpoint) {
    return new Route(method, template, Set.of(), permission, endpoint);
  }

  @Override
  public String toString() {
    return method + " " + template;
  }
}
