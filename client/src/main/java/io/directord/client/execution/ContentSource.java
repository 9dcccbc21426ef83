package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.wire.Delivery;
import java.io.IOException;

/** Where content is fetched from. */
@FunctionalInterface
public interface ContentSource {

  /** Is given the content in order; on whatever thread fetches it, one call at a time. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] bytes) throws IOException;
  }

  /**
   * Fetches a content and returns when all of it has been accepted.
   *
   * @throws IOException what the sink threw
   * @throws JobException if it cannot be had
   * @throws InterruptedException when interrupted, saying how far it had come; the sink is not
   *     called any more
   */
  void fetch(Delivery delivery, Sink sink) throws IOException, JobException, InterruptedException;
}
