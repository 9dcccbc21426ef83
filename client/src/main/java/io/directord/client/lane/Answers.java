package io.directord.client.lane;

import io.directord.client.execution.OutputListener;
import io.directord.common.job.Job;
import io.directord.common.wire.NodeMessage.Stream;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Takes what the lanes have to say to the server. Called on any thread. */
public interface Answers {
  /** Returns when a job may begin: when the server cannot have given this node up. */
  default void awaitLease() throws InterruptedException {}

  /** The job has been running long enough to be worth saying. */
  void started(Job job);

  /** The job waits for the server's word, which is asked for until {@link #resumed}. */
  void waiting(Job job, String answer);

  /** The job waits no more. */
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
