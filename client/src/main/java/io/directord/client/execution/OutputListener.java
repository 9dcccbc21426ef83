package io.directord.client.execution;

import io.directord.common.wire.NodeMessage.Stream;
import java.util.function.BooleanSupplier;

/** Receives a job's output as it is read, on the reading thread. */
@FunctionalInterface
public interface OutputListener {
  /** The listener owns the bytes. Does not block. */
  void output(Stream stream, byte[] bytes);

  /**
   * Returns when more can be taken, so that the reader, and with it the command, is slowed down to
   * the listener. The wait is bounded if there is no progress.
   *
   * @param over whether the job has ended meanwhile
   */
  default void awaitRoom(BooleanSupplier over) throws InterruptedException {}
}
