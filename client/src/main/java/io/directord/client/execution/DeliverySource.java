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
    /**
     * @param bytes the caller's again after this
     */
    void accept(byte[] bytes) throws JobException, IOException;
  }

  /** Fetches a whole content, as {@link #fetch(Delivery, long[], Sink)}. */
  default void fetch(Delivery delivery, Sink sink)
      throws IOException, JobException, InterruptedException {
    fetch(delivery, null, sink);
  }

  /**
   * Fetches chunks of a content and returns when all of them have been accepted.
   *
   * @param chunks their numbers, ascending; null for all
   * @throws IOException thrown by the sink
   * @throws JobException if it cannot be fetched, or thrown by the sink
   * @throws InterruptedException when interrupted, saying how far it had come; the sink is not
   *     called any more
   */
  void fetch(Delivery delivery, long[] chunks, Sink sink)
      throws IOException, JobException, InterruptedException;

  /**
   * Requires a fetched content to be the right one; if it is not, the server is told.
   *
   * @param got its fingerprint
   */
  default void require(Delivery delivery, String got)
      throws IOException, JobException, InterruptedException {
    try {
      WrongContentException.require(delivery.sha256(), got);
    } catch (WrongContentException e) {
      tellWrong(delivery);
      throw e;
    }
  }

  /** Tells the server that something else came, so that it verifies its copy. */
  default void tellWrong(Delivery delivery) throws IOException, InterruptedException {
    try {
      fetch(delivery, new long[] {Delivery.WRONG_CONTENT}, bytes -> {});
    } catch (JobException e) {
      // Every server denies that number.
    }
  }
}
