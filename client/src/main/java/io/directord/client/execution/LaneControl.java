package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.job.Job;
import java.io.IOException;
import java.time.Duration;

/** What the lanes offer to the jobs that run in them. Called on the threads of jobs. */
public interface LaneControl {

  /**
   * Later jobs of parents that have failed are no longer omitted.
   *
   * @return how many parents those were
   * @throws IOException if that cannot be noted
   */
  int forgetFailedParents() throws IOException;

  /** No job begins for that time, or until the client has started again. */
  void holdBack(Duration time);

  /**
   * Tells the server that the job waits, and waits for its word.
   *
   * @param answer what the job has to say to others; may be empty
   * @return what the server says about it
   * @throws JobException if the job shall fail, or the time is up
   */
  String coordinate(Job job, String answer, Duration limit)
      throws JobException, InterruptedException;
}
