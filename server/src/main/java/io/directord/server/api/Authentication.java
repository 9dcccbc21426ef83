package io.directord.server.api;

import io.directord.server.access.Caller;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;

/** Finds out on whose behalf each request is. Called on the event loop, must not block. */
@FunctionalInterface
interface Authentication {
  /** The user who has opened the connection, as the kernel says. */
  Authentication BY_THE_KERNEL = (connection, request) -> Callers.withRights(connection);

  /** Throws {@link ApiProblem} if the request does not prove it. */
  Caller caller(Channel connection, HttpRequest request);
}
