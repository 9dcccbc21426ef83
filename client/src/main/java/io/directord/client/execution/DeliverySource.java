package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.wire.Delivery;
import java.io.IOException;

/** The source of delivered content. */
@FunctionalInterface
public interface DeliverySource {

  /** Receives the content in order, on any thread, one call at a time. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] bytes) throws IOException;
  }

  /**
   * Fetches a content and returns when all of it has been accepted.
   *
   * @throws IOException thrown by the sink
   * @throws JobException if it cannot be fetched
   * @throws InterruptedException when interrupted, saying how far it had come; the sink is not
   *     called any more
   */
  void fetch(Delivery delivery, Sink sink) throws IOException, JobException, InterruptedException;
}
