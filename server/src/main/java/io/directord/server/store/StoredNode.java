package io.directord.server.store;

import java.time.Instant;
import java.util.UUID;

/**
 * An enrolled node: what it must show to be taken for this identity again.
 *
 * @param key its CURVE public key in Z85; empty if it enrolled without one
 * @param version of its client when it enrolled
 * @param journal its client's, as it was last heard of; null if that is not known
 */
public record StoredNode(
    String identity,
    String key,
    String machineId,
    String version,
    String driver,
    Instant enrolledAt,
    UUID journal) {

  /** With what the node says now. */
  public StoredNode withJournal(UUID now) {
    return new StoredNode(identity, key, machineId, version, driver, enrolledAt, now);
  }
}
