package io.directord.server.dialect;

import java.util.concurrent.CompletableFuture;

/** Where an answer goes, part by part. */
@FunctionalInterface
public interface Sink {

  /**
   * @return completes when the asker has room for the next part; fails if it is gone
   */
  CompletableFuture<Void> write(byte[] bytes);
}
