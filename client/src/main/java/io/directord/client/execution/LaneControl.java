package io.directord.client.execution;

import java.io.IOException;

/** What the lanes offer to the jobs that run in them. Called on the threads of jobs. */
public interface LaneControl {

  /**
   * Later jobs of parents that have failed are no longer omitted.
   *
   * @return how many parents those were
   * @throws IOException if that cannot be noted
   */
  int forgetFailedParents() throws IOException;
}
