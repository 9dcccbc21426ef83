package io.directord.common.api;

import java.time.Instant;

/**
 * A client that tried to join and may not.
 *
 * @param identity as it says; null if it did not get so far as to say it
 * @param address where it came from
 * @param reason why, and what to do about it
 * @param count how often it has tried
 * @param lastAt when it tried last
 */
public record RefusedNode(
    String identity, String address, String reason, long count, Instant lastAt) {}
