package io.directord.server.api;

import io.directord.server.access.Caller;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;

/** Finds out on whose behalf each request is. Called on the event loop, must not block. */
@FunctionalInterface
interface Authentication {
  /** Whoever the kernel says has opened the connection. */
  Authentication BY_THE_KERNEL = (connection, request) -> Callers.of(connection);

  /** Throws {@link ApiProblem} if the request does not prove it. */
  Caller caller(Channel connection, HttpRequest request);
}
