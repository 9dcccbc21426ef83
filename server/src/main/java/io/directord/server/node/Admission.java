package io.directord.server.node;

import io.directord.server.store.StoredNode;

/** What a heartbeat means. */
public sealed interface Admission {

  /** A sign of life on the connection that is known already. */
  record Alive(Node node) implements Admission {}

  /**
   * A node has connected.
   *
   * @param enrolled what to keep if it was never seen before; else null
   * @param wasExpired whether it had been given up
   */
  record Joined(Node node, StoredNode enrolled, boolean wasExpired) implements Admission {}

  /**
   * It may not join.
   *
   * @param reason for the node's user and the log: why, and what to do
   * @param repeated whether the same was said on this connection already
   */
  record Refused(String reason, boolean repeated) implements Admission {}
}
