package io.directord.server.coordination;

import io.directord.common.api.NodeOutcome;

/** What a verb needs on the server; called by the core. */
public interface Coordinator {

  /** The verb whose jobs it is asked about. */
  String verb();

  /** Whether a job goes to every node; its targets are then who it is for. */
  default boolean targetsEveryNode() {
    return false;
  }

  /** A job of the verb is committed, and about to be queued for that node. */
  default void queued(Work job, String node, Floor floor) {}

  /** A job of the verb waits on that node; may be said again. */
  default void waiting(Work job, String node, String answer, Floor floor) {}

  /** A job of whatever verb has been committed, or was taken up after a restart. */
  default void submitted(Work job, Floor floor) {}

  /**
   * A job of whatever verb has ended on that node; what is done now is committed with the result.
   */
  default void ended(Work job, String node, NodeOutcome outcome, Floor floor) {}

  /** The store has the result of a job, of whatever verb. */
  default void committed(Work job, String node, NodeOutcome outcome, Floor floor) {}
}
