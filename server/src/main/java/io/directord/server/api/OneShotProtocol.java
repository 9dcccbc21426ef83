package io.directord.server.api;

import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.content.ContentStore;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.verb.InstalledVerbs;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tools.jackson.databind.JsonNode;

/**
 * A protocol beside HTTP at the server's socket: one JSON object, one reply, then the connection is
 * closed. It is recognized by the brace at the beginning of a request.
 */
public interface OneShotProtocol {

  /**
   * The permission that a request needs; none for an invalid request, which only gets a message.
   */
  Optional<Permission> needs(JsonNode request);

  /**
   * Handles a permitted request. Called by threads that may block on the disk.
   *
   * @return completes when everything is written; fails if that could not be
   */
  CompletableFuture<Void> answer(JsonNode request, Caller caller, Sink sink);

  /** Receives the parts of a reply. */
  @FunctionalInterface
  interface Sink {

    /**
     * @return completes when the caller can take the next part; fails if it is gone
     */
    CompletableFuture<Void> write(byte[] bytes);
  }

  /** Makes the protocol; found by {@link java.util.ServiceLoader}. */
  interface Provider {

    /**
     * @param verbs that jobs may have
     * @param workers for longer work
     */
    OneShotProtocol open(
        InstalledVerbs verbs,
        Dispatch dispatch,
        ContentStore contents,
        Executor workers,
        InstantSource clock);
  }
}
