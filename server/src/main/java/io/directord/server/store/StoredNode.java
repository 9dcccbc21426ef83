package io.directord.server.store;

import java.time.Instant;

/**
 * An enrolled node: what it must show to be taken for this identity again.
 *
 * @param key its CURVE public key in Z85; empty if it enrolled without one
 * @param version of its client when it enrolled
 */
public record StoredNode(
    String identity,
    String key,
    String machineId,
    String version,
    String driver,
    Instant enrolledAt) {}
