package io.directord.client.lane;

import io.directord.client.execution.OutputListener;
import io.directord.common.job.Job;
import io.directord.common.wire.NodeMessage.Stream;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Receives messages of the lanes for the server. Called on any thread. */
public interface LaneMessages {
  /** Returns when a job may begin: when the server cannot have expired this node. */
  default void awaitLease() throws InterruptedException {}

  /** The job is running; sent only for jobs that take some time. */
  void started(Job job);

  /** The job waits for the server's {@code Resume}, which is requested until {@link #resumed}. */
  void waiting(Job job, String answer);

  /** The job does not wait any more. */
  void resumed(UUID job);

  /** Output of a running job. */
  void output(Job job, Stream stream, byte[] bytes);

  /** Waits until more output can be taken, see {@link OutputListener#awaitRoom}. */
  default void awaitRoom(BooleanSupplier over) throws InterruptedException {}

  /**
   * The job has ended and its result is in the journal.
   *
   * @param frames of the message that tells the server
   */
  void ended(UUID job, List<byte[]> frames);
}
