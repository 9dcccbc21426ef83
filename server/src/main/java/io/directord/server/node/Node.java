package io.directord.server.node;

import io.directord.common.api.NodeClient;
import io.directord.common.api.NodePresence;
import io.directord.common.api.NodeView;
import io.directord.common.wire.Heartbeat;
import io.directord.server.link.Credential;
import io.directord.server.link.NodeAddress;
import io.directord.server.store.StoredNode;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** The current state of an enrolled node. Belongs to the dispatcher's thread. */
public final class Node {
  /**
   * Clients of the original send a heartbeat every thirty seconds, whatever the server's interval,
   * also after a reconnect.
   */
  private static final Duration LEGACY_DELAY = Duration.ofSeconds(35);

  private StoredNode pinned;
  private Heartbeat heartbeat;
  private NodeAddress peer;
  private UUID replacedSession;
  private Instant heardAt;
  private Moment silentSince;
  private boolean expired;
  private boolean asked;
  private Moment rebootUntil;
  private String refusal;

  Node(StoredNode pinned, Moment heardAt) {
    this.pinned = pinned;
    heard(heardAt);
  }

  public String identity() {
    return pinned.identity();
  }

  /** Its connection; null if there is none. */
  public NodeAddress peer() {
    return peer;
  }

  /** Time of its last message, for people; at first, the server's start. */
  public Instant heardAt() {
    return heardAt;
  }

  public boolean isExpired() {
    return expired;
  }

  public NodeView.State state() {
    if (expired) {
      return NodeView.State.EXPIRED;
    }
    return peer != null && rebootUntil == null ? NodeView.State.ACTIVE : NodeView.State.AWAY;
  }

  /**
   * The node gets no jobs until its client has started again, and does not expire before that time.
   *
   * @param by the session of its client that reboots; ignored if that has ended
   */
  public void reboots(UUID by, Moment until) {
    if (session() != null && session().equals(by)) {
      rebootUntil = until;
    }
  }

  /** Session of its client, new at each start; null before the first heartbeat. */
  public UUID session() {
    return heartbeat == null ? null : heartbeat.session();
  }

  /**
   * For people.
   *
   * @param expiry maximum silence of nodes
   * @param outstanding jobs without a result yet
   * @param remark why its work does not proceed; empty if it does
   */
  public NodeView view(Moment now, Duration expiry, int outstanding, String remark) {
    Duration left = timeout(expiry).minus(silence(now));
    return new NodeView(
        identity(),
        new NodePresence(
            state(),
            heartbeat == null ? null : heardAt,
            expired || left.isNegative() ? Duration.ZERO : left),
        new NodeClient(
            version(),
            heartbeat == null ? Duration.ZERO : heartbeat.client().hostUptime(),
            heartbeat == null ? Duration.ZERO : heartbeat.client().agentUptime(),
            pinned.machineId(),
            pinned.driver()),
        outstanding,
        remark);
  }

  /** Its stored data. */
  public StoredNode pinned() {
    return pinned;
  }

  /** Whether its client's journal was replaced, so that it may have lost jobs. */
  boolean forgets(Heartbeat latest) {
    return pinned.journal() != null
        && latest.journal() != null
        && !pinned.journal().equals(latest.journal());
  }

  /** Notes the journal of its client; returns whether that has changed. */
  boolean remembers(Heartbeat latest) {
    if (latest.journal() == null || latest.journal().equals(pinned.journal())) {
      return false;
    }
    pinned = pinned.withJournal(latest.journal());
    return true;
  }

  /** Version of its client, as far as it is known. */
  public String version() {
    return heartbeat == null ? pinned.version() : heartbeat.version();
  }

  /** Whether its client has sent its capabilities, and this is not among them. */
  public boolean lacks(String capability) {
    return heartbeat != null
        && !heartbeat.capabilities().isEmpty()
        && !heartbeat.capabilities().contains(capability);
  }

  /** Why its own client was refused; null if it was not. */
  public String refusal() {
    return refusal;
  }

  void refused(String reason) {
    refusal = reason;
  }

  /** The credential of its enrolment. */
  public Credential credential() {
    return Credential.of(pinned.key());
  }

  /** Whether it enrolled as a client of the original does. */
  public boolean isLegacy() {
    return credential() instanceof Credential.SharedSecret;
  }

  /** Whether it has been silent for too long. */
  boolean isSilent(Moment now, Duration expiry) {
    return silence(now).compareTo(timeout(expiry)) > 0;
  }

  private Duration timeout(Duration expiry) {
    return isLegacy() ? expiry.plus(LEGACY_DELAY) : expiry;
  }

  /** Whether the current session has replaced another one. */
  boolean isReplaced(UUID session) {
    return session.equals(replacedSession);
  }

  /** Time of its silence, counted while the server was at work. */
  public Duration silence(Moment now) {
    return now.since(silentSince);
  }

  void heard(Moment now) {
    heardAt = now.instant();
    silentSince = now;
    expired = false;
    asked = false;
  }

  /**
   * Whether it must be asked for a heartbeat: it had expired, has sent a message, and was not asked
   * yet.
   */
  public boolean isToBeAsked() {
    boolean now = expired && !asked;
    asked |= now;
    return now;
  }

  /** Restarts its expiry. */
  void giveTime(Moment now) {
    silentSince = now;
  }

  void beat(Heartbeat latest, NodeAddress from) {
    if (heartbeat != null && !heartbeat.session().equals(latest.session())) {
      replacedSession = heartbeat.session();
      rebootUntil = null;
    }
    heartbeat = latest;
    refusal = null;
    peer = from;
  }

  void disconnected() {
    peer = null;
  }

  /** Whether its reboot has timed out; from then on the node counts as before. */
  boolean rebootOverdue(Moment now) {
    boolean overdue = rebootUntil != null && !now.isBefore(rebootUntil);
    rebootUntil = overdue ? null : rebootUntil;
    return overdue;
  }

  /** Whether it was to reboot, and has not come back. */
  public boolean isRebooting() {
    return rebootUntil != null;
  }

  void expire() {
    expired = true;
  }
}
