package io.directord.server.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.wire.JournalState;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * An enrolled node, with the credential of its identity.
 *
 * @param key its CURVE public key in Z85; empty if it enrolled without one
 * @param journal what its client has said last of its journal
 * @param traits its labels and facts
 * @param reboot that it was told to reboot and has not come back; null if it was not
 */
public record StoredNode(
    String identity,
    String key,
    String machineId,
    @JsonUnwrapped EnrolledClient client,
    @JsonUnwrapped JournalState journal,
    StoredTraits traits,
    @JsonInclude(JsonInclude.Include.NON_NULL) Reboot reboot) {

  /**
   * A reboot.
   *
   * @param session of the client that was told to
   * @param until when the node is given up, by the wall clock
   * @param away how long it may be away
   */
  public record Reboot(UUID session, Instant until, Duration away) {}

  /** {@code traits} may be null, as in nodes kept by an older server. */
  public StoredNode {
    traits = traits == null ? StoredTraits.NONE : traits;
  }

  /** A node without labels and facts. */
  public StoredNode(
      String identity,
      String key,
      String machineId,
      String version,
      String driver,
      Instant enrolledAt,
      JournalState journal) {
    this(
        identity,
        key,
        machineId,
        new EnrolledClient(version, driver, enrolledAt, null),
        journal,
        StoredTraits.NONE,
        null);
  }

  public String version() {
    return client.version();
  }

  public String driver() {
    return client.driver();
  }

  /** With the node's current data. */
  public StoredNode withJournal(JournalState now) {
    return new StoredNode(identity, key, machineId, client, now, traits, reboot);
  }

  /** The same, of a store that was restored from a backup then; null when the node is back. */
  public StoredNode restored(Instant at) {
    return new StoredNode(identity, key, machineId, client.restored(at), journal, traits, reboot);
  }

  public StoredNode withTraits(StoredTraits now) {
    return new StoredNode(identity, key, machineId, client, journal, now, reboot);
  }

  public StoredNode withReboot(Reboot now) {
    return new StoredNode(identity, key, machineId, client, journal, traits, now);
  }
}
