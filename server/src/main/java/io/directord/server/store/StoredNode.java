package io.directord.server.store;

import java.time.Instant;
import java.util.UUID;

/**
 * An enrolled node, with the credential of its identity.
 *
 * @param key its CURVE public key in Z85; empty if it enrolled without one
 * @param version of its client when it enrolled
 * @param journal id of its client's journal; null if unknown
 */
public record StoredNode(
    String identity,
    String key,
    String machineId,
    String version,
    String driver,
    Instant enrolledAt,
    UUID journal) {

  /** With the node's current data. */
  public StoredNode withJournal(UUID now) {
    return new StoredNode(identity, key, machineId, version, driver, enrolledAt, now);
  }
}
