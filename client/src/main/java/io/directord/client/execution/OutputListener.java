package io.directord.client.execution;

import io.directord.common.wire.NodeMessage.Stream;
import java.util.function.BooleanSupplier;

/** Is given a job's output as it is read, on the thread that reads it. */
@FunctionalInterface
public interface OutputListener {
  /** The bytes are the listener's. Does not block. */
  void output(Stream stream, byte[] bytes);

  /**
   * Returns when more can be taken; so who reads, and with it the command, is as slow as who
   * listens. It waits for a bounded time if nothing moves.
   *
   * @param over whether the job has ended meanwhile, so that nothing more is taken anyhow
   */
  default void awaitRoom(BooleanSupplier over) throws InterruptedException {}
}
