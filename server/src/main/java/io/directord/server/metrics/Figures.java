package io.directord.server.metrics;

import io.directord.common.api.NodeView;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How the server stands at one moment.
 *
 * @param followers connections that follow events
 * @param refusedJoins attempts to join that were refused, since the start
 */
public record Figures(
    Map<NodeView.State, Integer> nodes,
    Work work,
    Kept kept,
    Transfers transfers,
    int followers,
    long refusedJoins) {

  /** As the dispatcher sees it: nodes by state, and its jobs. */
  public record Decided(Map<NodeView.State, Integer> nodes, Work work) {}

  /**
   * Jobs.
   *
   * @param open those that have not ended on all of their nodes
   * @param ended those that are kept although they have
   * @param waiting in queues of nodes, a job counted once for each of its nodes
   * @param outstanding likewise, sent and without a result
   * @param fullWindows nodes that are sent nothing more before a result comes
   * @param heldRuns parents that wait for nodes which are away
   * @param pausedRuns parents that begin on no further node
   */
  public record Work(
      int open,
      int ended,
      int waiting,
      int outstanding,
      int fullWindows,
      int heldRuns,
      int pausedRuns) {}

  /**
   * The store.
   *
   * @param bytes its size; empty if it is not known
   * @param freeBytes on its disk; empty if that is not known
   * @param writable whether changes can be committed
   */
  public record Kept(OptionalLong bytes, OptionalLong freeBytes, boolean writable) {}

  /**
   * Files on their way to and from nodes.
   *
   * @param deliveries contents that nodes may fetch, one counted for each job
   * @param receiving nodes that send files
   * @param waiting nodes that wait for their turn to send
   * @param sentBytes since the start
   * @param receivedBytes likewise
   * @param keptBytes of files that nodes have sent and nobody has downloaded, on this server
   * @param sharedBytes likewise, in the database that several servers share
   */
  public record Transfers(
      int deliveries,
      int receiving,
      int waiting,
      long sentBytes,
      long receivedBytes,
      long keptBytes,
      long sharedBytes) {
    public static final Transfers NONE = new Transfers(0, 0, 0, 0, 0, 0, 0);
  }
}
