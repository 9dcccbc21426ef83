package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether and since when a node can be reached.
 *
 * @param lastSeen when it was last heard of; null if it was not since the server started
 * @param expiry until it expires if it is not heard of again; zero for an expired one
 * @param held number of its jobs that stay when it expires, since they are held for it; zero while
 *     it can be reached
 * @param heldUntil until when the last of these is held; null if there are none
 */
public record NodePresence(
    NodeView.State state,
    Instant lastSeen,
    Duration expiry,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int held,
    @JsonInclude(JsonInclude.Include.NON_NULL) Instant heldUntil) {

  /** Of a node for which no job is held. */
  public NodePresence(NodeView.State state, Instant lastSeen, Duration expiry) {
    this(state, lastSeen, expiry, 0, null);
  }
}
