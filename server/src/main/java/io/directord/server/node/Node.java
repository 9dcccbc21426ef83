package io.directord.server.node;

import io.directord.common.api.NodeView;
import io.directord.common.wire.Heartbeat;
import io.directord.server.link.Peer;
import io.directord.server.store.StoredNode;
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

  private final StoredNode pinned;
  private Heartbeat heartbeat;
  private Peer peer;
  private UUID replacedSession;
  private Instant heardAt;
  private boolean expired;
  private Instant sessionStart;
  private Instant rebootUntil;
  private String refusal;

  Node(StoredNode pinned, Instant heardAt) {
    this.pinned = pinned;
    this.heardAt = heardAt;
  }

  public String identity() {
    return pinned.identity();
  }

  /** The connection it is reached by; null if there is none. */
  public Peer peer() {
    return peer;
  }

  /** When it was last heard of; at first, when the server started. */
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
   * @param since when it was told to; nothing happens if its client has started again since
   */
  public void reboots(Instant since, Instant until) {
    if (sessionStart != null && since.isAfter(sessionStart)) {
      rebootUntil = until;
    }
  }

  /**
   * For people.
   *
   * @param expiry how long nodes may be silent
   * @param outstanding jobs it has not answered yet
   */
  public NodeView view(Instant now, Duration expiry, int outstanding) {
    Duration left = Duration.between(now, expires(expiry));
    return new NodeView(
        identity(),
        state(),
        heartbeat == null ? null : heardAt,
        expired || left.isNegative() ? Duration.ZERO : left,
        version(),
        heartbeat == null ? Duration.ZERO : heartbeat.hostUptime(),
        heartbeat == null ? Duration.ZERO : heartbeat.agentUptime(),
        pinned.machineId(),
        pinned.driver(),
        outstanding);
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

  /** Whether it enrolled as a client of the original. */
  public boolean isLegacy() {
    return pinned.key().equals(Peer.LEGACY);
  }

  /** When it will have been silent for too long. */
  Instant expires(Duration expiry) {
    return heardAt.plus(isLegacy() ? expiry.plus(LEGACY_DELAY) : expiry);
  }

  StoredNode pinned() {
    return pinned;
  }

  /** Whether it was another session that this node's present one took the place of. */
  boolean isReplaced(UUID session) {
    return session.equals(replacedSession);
  }

  void heard(Instant now) {
    heardAt = now;
    expired = false;
  }

  void beat(Heartbeat latest, Peer from, Instant now) {
    sessionStart = now.minus(latest.agentUptime());
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
  boolean rebootOverdue(Instant now) {
    boolean overdue = rebootUntil != null && !now.isBefore(rebootUntil);
    rebootUntil = overdue ? null : rebootUntil;
    return overdue;
  }

  boolean isRebooting() {
    return rebootUntil != null;
  }

  void expire() {
    expired = true;
  }
}
