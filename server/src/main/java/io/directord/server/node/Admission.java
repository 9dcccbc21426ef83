package io.directord.server.node;

/** What a heartbeat means. */
public sealed interface Admission {

  /** A sign of life on the connection that is known already. */
  record Alive(Node node) implements Admission {}

  /**
   * A node has connected.
   *
   * @param isNew whether it was never seen before
   * @param isChanged whether what is kept of it is to be kept anew
   * @param wasExpired whether it had been given up
   * @param hasForgotten whether it may have lost what it knew of jobs that were sent to it
   */
  record Joined(
      Node node, boolean isNew, boolean isChanged, boolean wasExpired, boolean hasForgotten)
      implements Admission {}

  /**
   * It may not join.
   *
   * @param reason for the node's user and the log: why, and what to do
   * @param repeated whether the same was said on this connection already
   * @param ends whether the connection ends, since it belongs to another node
   */
  record Refused(String reason, boolean repeated, boolean ends) implements Admission {}
}
