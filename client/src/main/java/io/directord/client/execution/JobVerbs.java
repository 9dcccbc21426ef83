package io.directord.client.execution;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.job.Job;

/** Finds the components of jobs' verbs. May be called from any thread. */
@FunctionalInterface
public interface JobVerbs {

  /**
   * The component that runs the job; null if its verb is unknown.
   *
   * @throws JobException if this node's own configuration does not let the job run
   */
  Component<?> find(Job job) throws JobException;

  /** Whether what is in this node's files may be shown to the server. */
  default boolean mayShowFiles() {
    return true;
  }
}
