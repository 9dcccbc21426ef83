package io.directord.server.node;

import io.directord.server.store.StoredJoinToken;

/** The decision on a heartbeat. */
public sealed interface Admission {

  /** A heartbeat on a known connection. */
  record Alive(Node node) implements Admission {}

  /**
   * A node has connected.
   *
   * @param isNew whether it has just enrolled
   * @param wasExpired whether it had expired
   * @param hasForgotten whether its journal may have lost jobs that were sent to it
   * @param wasRestored whether it has not been seen since the store was restored from a backup
   * @param used what has become of the token with which it has just enrolled; null if it has not
   */
  record Joined(
      Node node,
      boolean isNew,
      boolean wasExpired,
      boolean hasForgotten,
      boolean wasRestored,
      StoredJoinToken used)
      implements Admission {}

  /**
   * It may not join.
   *
   * @param reason for the node's user and the log: why, and what to do
   * @param repeated whether the same refusal was sent on this connection already
   * @param ends whether the connection ends, since it belongs to another node
   */
  record Refused(String reason, boolean repeated, boolean ends) implements Admission {}
}
