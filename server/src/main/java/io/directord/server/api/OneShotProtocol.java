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
 * A protocol beside HTTP at the server's socket: one JSON object comes, an answer goes, and the
 * connection is closed. It is told apart by the brace that such a request begins with.
 */
public interface OneShotProtocol {

  /**
   * What a request needs to be allowed; nothing for one that only gets a sentence, since it has no
   * meaning.
   */
  Optional<Permission> needs(JsonNode request);

  /**
   * Answers a request that is allowed. Called by the threads that may block on the disk.
   *
   * @return completes when everything is written; fails if that could not be
   */
  CompletableFuture<Void> answer(JsonNode request, Caller caller, Sink sink);

  /** Where an answer goes, part by part. */
  @FunctionalInterface
  interface Sink {

    /**
     * @return completes when the caller has room for the next part; fails if it is gone
     */
    CompletableFuture<Void> write(byte[] bytes);
  }

  /** Makes the protocol; found by {@link java.util.ServiceLoader}. */
  interface Provider {

    /**
     * @param verbs that jobs may have
     * @param workers for what may take a moment
     */
    OneShotProtocol open(
        InstalledVerbs verbs,
        Dispatch dispatch,
        ContentStore contents,
        Executor workers,
        InstantSource clock);
  }
}
