package io.directord.server.coordination;

import io.directord.common.api.NodeOutcome;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;

/** The server half of a verb; called by the core. */
public interface Coordinator {

  /** Its verb. */
  String verb();

  /** Whether a job goes to every node; its targets are then the nodes that wait for it. */
  default boolean targetsEveryNode() {
    return false;
  }

  /** A job of the verb is committed, and about to be queued for that node. */
  default void queued(Work job, String node, Floor floor) {}

  /** A job of the verb waits on that node; may be repeated. */
  default void waiting(Work job, String node, String answer, Floor floor) {}

  /** Whether what nodes say of jobs of the verb counts only as it is {@link #judged}. */
  default boolean judges() {
    return false;
  }

  /**
   * The result that counts of a node's. Later jobs of the parent are sent to the node when the
   * store has it.
   *
   * @param arrival what the node has sent to its end for the job; null if nothing
   */
  default NodeResult judged(Job job, NodeResult result, FetchArrival arrival) {
    return result;
  }

  /** A job of any verb has been committed, or restored after a restart. */
  default void submitted(Work job, Floor floor) {}

  /** A job of any verb has ended on that node; effects are committed with the result. */
  default void ended(Work job, String node, NodeOutcome outcome, Floor floor) {}

  /** The result of a job of any verb is committed. */
  default void committed(Work job, String node, NodeOutcome outcome, Floor floor) {}
}
