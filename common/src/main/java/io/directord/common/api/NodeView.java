package io.directord.common.api;

import java.time.Duration;
import java.time.Instant;

/**
 * An enrolled node.
 *
 * @param state whether jobs can reach it
 * @param lastSeen when it was last heard of; null if it was not since the server started
 * @param expiry until it expires if it is not heard of again; zero for an expired one
 * @param outstanding jobs it has not answered yet
 * @param remark why its work does not go on, as far as the server can see it; empty if it does
 */
public record NodeView(
    String identity,
    State state,
    Instant lastSeen,
    Duration expiry,
    String version,
    Duration hostUptime,
    Duration agentUptime,
    String machineId,
    String driver,
    int outstanding,
    String remark) {

  /** Whether jobs can reach a node. */
  public enum State {
    /** Connected, and heard of within the expiry. */
    ACTIVE,
    /** Not connected, but heard of within the expiry: its work waits. */
    AWAY,
    /** Not heard of for longer than the expiry. */
    EXPIRED
  }
}
