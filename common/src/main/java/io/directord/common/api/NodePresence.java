package io.directord.common.api;

import java.time.Duration;
import java.time.Instant;

/**
 * Whether and since when a node can be reached.
 *
 * @param lastSeen when it was last heard of; null if it was not since the server started
 * @param expiry until it expires if it is not heard of again; zero for an expired one
 */
public record NodePresence(NodeView.State state, Instant lastSeen, Duration expiry) {}
