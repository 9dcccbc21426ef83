package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.job.Job;
import java.io.IOException;
import java.time.Duration;

/** Services of the lanes for their jobs. Called on the threads of jobs. */
public interface LaneControl {

  /**
   * Later jobs of parents that have failed are no longer omitted.
   *
   * @return number of cleared parents
   * @throws IOException if that cannot be noted
   */
  int forgetFailedParents() throws IOException;

  /** Begins no job for that time, or until the client has started again. */
  void holdBack(Duration time);

  /**
   * Tells the server that the job waits, and waits for its reply.
   *
   * @param answer the job's data for other nodes; may be empty
   * @return the server's message
   * @throws JobException if the server fails the job, or at the timeout
   */
  String coordinate(Job job, String answer, Duration limit)
      throws JobException, InterruptedException;
}
