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

/** An enrolled node as the server sees it now. Belongs to the dispatcher's thread. */
public final class Node {
  /**
   * Clients of the original say that they live every thirty seconds, whatever the server's
   * interval, also when they have just connected again.
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

  /** The connection it is reached by; null if there is none. */
  public NodeAddress peer() {
    return peer;
  }

  /** When it was last heard of, for people; at first, when the server started. */
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
   * It gets no work until it has started again, and does not expire before that time.
   *
   * @param by the session of its client that was told to; nothing happens if that has gone
   */
  public void reboots(UUID by, Moment until) {
    if (session() != null && session().equals(by)) {
      rebootUntil = until;
    }
  }

  /** Of its client: another one at each start; null if it has not been heard yet. */
  public UUID session() {
    return heartbeat == null ? null : heartbeat.session();
  }

  /**
   * For people.
   *
   * @param expiry how long nodes may be silent
   * @param outstanding jobs it has not answered yet
   * @param remark why its work does not go on; empty if it does
   */
  public NodeView view(Moment now, Duration expiry, int outstanding, String remark) {
    Duration left = patience(expiry).minus(silence(now));
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

  /** What is kept of it. */
  public StoredNode pinned() {
    return pinned;
  }

  /** Whether its client's journal is another one than before, so that it may have lost jobs. */
  boolean forgets(Heartbeat latest) {
    return pinned.journal() != null
        && latest.journal() != null
        && !pinned.journal().equals(latest.journal());
  }

  /** Notes which journal its client has; whether that was news. */
  boolean remembers(Heartbeat latest) {
    if (latest.journal() == null || latest.journal().equals(pinned.journal())) {
      return false;
    }
    pinned = pinned.withJournal(latest.journal());
    return true;
  }

  /** Of its client's software, as far as it is known. */
  public String version() {
    return heartbeat == null ? pinned.version() : heartbeat.version();
  }

  /** Whether its client has said what it can do, and this is not among it. */
  public boolean lacks(String capability) {
    return heartbeat != null
        && !heartbeat.capabilities().isEmpty()
        && !heartbeat.capabilities().contains(capability);
  }

  /** Why its own client cannot join as it is now; null if nothing is known of that. */
  public String refusal() {
    return refusal;
  }

  void refused(String reason) {
    refusal = reason;
  }

  /** What it enrolled with. */
  public Credential credential() {
    return Credential.of(pinned.key());
  }

  /** Whether it enrolled as a client of the original does. */
  public boolean isLegacy() {
    return credential() instanceof Credential.SharedSecret;
  }

  /** Whether it has been silent for too long. */
  boolean isSilent(Moment now, Duration expiry) {
    return silence(now).compareTo(patience(expiry)) > 0;
  }

  private Duration patience(Duration expiry) {
    return isLegacy() ? expiry.plus(LEGACY_DELAY) : expiry;
  }

  /** Whether it was another session that this node's present one took the place of. */
  boolean isReplaced(UUID session) {
    return session.equals(replacedSession);
  }

  /** For how long it has been silent, while the server listened. */
  public Duration silence(Moment now) {
    return now.since(silentSince);
  }

  void heard(Moment now) {
    heardAt = now.instant();
    silentSince = now;
    expired = false;
    asked = false;
  }

  /** Whether it is to be asked who it is: it was given up, is heard again, and not asked yet. */
  public boolean isToBeAsked() {
    boolean now = expired && !asked;
    asked |= now;
    return now;
  }

  /** Its silence until now does not count. */
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

  /** Whether it was to reboot, had long enough, and has not; it counts as before from now on. */
  boolean rebootOverdue(Moment now) {
    boolean overdue = rebootUntil != null && !now.isBefore(rebootUntil);
    rebootUntil = overdue ? null : rebootUntil;
    return overdue;
  }

  /** Whether it was told to reboot, and has not come back. */
  public boolean isRebooting() {
    return rebootUntil != null;
  }

  void expire() {
    expired = true;
  }
}
