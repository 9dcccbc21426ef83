package io.directord.server.node;

import io.directord.common.api.NodeClient;
import io.directord.common.api.NodePresence;
import io.directord.common.api.NodeView;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeAttributes;
import io.directord.common.wire.NodeTrouble;
import io.directord.server.link.Credential;
import io.directord.server.link.NodeAddress;
import io.directord.server.store.StoredNode;
import io.directord.server.store.StoredTraits;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The current state of an enrolled node. Belongs to the dispatcher's thread. */
public final class Node {
  /**
   * Clients of the original send a heartbeat every thirty seconds, whatever the server's interval,
   * also after a reconnect.
   */
  private static final Duration LEGACY_DELAY = Duration.ofSeconds(35);

  private static final String STATE = "state";
  private static final String VERSION = "version";
  private static final Set<String> ALWAYS = Set.of(STATE, VERSION);

  /**
   * The words to which directord itself gives a meaning. No user has to bring them in, so one that
   * no node has is not for that a mistyped one.
   */
  static final Set<String> KNOWN_KEYS =
      Stream.of(
              ALWAYS,
              NodeAttributes.FACTS,
              Set.of(NodeAttributes.ADDRESSES, StoredTraits.JOIN_TOKEN))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /**
   * How long a node may need to find a server that has just started, however short its expiry is:
   * it notices within 15 seconds that the one before is silent, and may try that one once more.
   */
  private static final Duration FINDS_SERVER = Duration.ofSeconds(30);

  /** Its client connects again within seconds, and what it was saying is lost. */
  private static final Duration CUT_OFF_SHOWN = Duration.ofMinutes(10);

  private StoredNode pinned;
  private boolean isStored;
  private Heartbeat heartbeat;
  private NodeAddress peer;
  private UUID replacedSession;
  private Instant heardAt;
  private Moment silentSince;

  /** Whether the server has not heard of it since the server started. */
  private boolean looksForServer;

  private boolean expired;
  private boolean asked;
  private Moment rebootUntil;
  private String refusal;
  private String cutOff;
  private Moment cutOffUntil;

  Node(StoredNode pinned, boolean isStored, Moment now) {
    this.pinned = pinned;
    this.isStored = isStored;
    StoredNode.Reboot reboot = pinned.reboot();
    this.rebootUntil = reboot == null ? null : now.ofStored(reboot.until(), reboot.away());
    heard(now);
    looksForServer = isStored;
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
  public void reboots(UUID by, Duration away, Moment now) {
    if (session() != null && session().equals(by)) {
      rebootUntil = now.plus(away);
      keep(pinned.withReboot(new StoredNode.Reboot(by, rebootUntil.instant(), away)));
    }
  }

  private void isBack() {
    rebootUntil = null;
    keep(pinned.withReboot(null));
  }

  private void keep(StoredNode now) {
    pinned = now;
    isStored = false;
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
    Duration left = left(now, expiry);
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
        remark,
        pinned.traits().view());
  }

  /**
   * The values of a label or fact, as targets ask for them; empty if it has none.
   *
   * @param key also {@code state}, and {@code version} of its client
   */
  List<String> values(String key) {
    return switch (key) {
      case STATE -> List.of(state().name().toLowerCase(Locale.ROOT));
      case VERSION -> List.of(version());
      default -> pinned.traits().values(key);
    };
  }

  /** Everything for which it has a value. */
  Collection<String> keys() {
    Set<String> keys = pinned.traits().keys();
    keys.addAll(ALWAYS);
    return keys;
  }

  /** Whether its client tells facts. */
  boolean tellsFacts() {
    return !pinned.traits().self().facts().isEmpty();
  }

  /** Notes the labels and facts that its client says; null if it says nothing of them. */
  void describes(NodeAttributes said) {
    with(pinned.traits().withSelf(said == null ? NodeAttributes.NONE : said));
  }

  /** Sets labels at the server; a null value removes one. */
  public void label(Map<String, String> changes) {
    with(pinned.traits().withLabels(changes));
  }

  private void with(StoredTraits traits) {
    if (!traits.equals(pinned.traits())) {
      keep(pinned.withTraits(traits));
    }
  }

  /** Its stored data. */
  public StoredNode pinned() {
    return pinned;
  }

  /**
   * Whether its client's journal was replaced, perhaps by an older copy, so that it may have lost
   * jobs.
   */
  boolean forgets(Heartbeat latest) {
    return pinned.journal().isForgottenBy(latest.journal())
        || pinned.client().restoredAt() != null
            && !latest.journal().remembersSince(pinned.journal());
  }

  /** Notes what its client says of its journal. */
  void remembers(JournalState latest) {
    if (pinned.client().restoredAt() != null) {
      keep(pinned.restored(null));
    }
    if (latest.journal() != null && !latest.equals(pinned.journal())) {
      keep(pinned.withJournal(latest));
    }
  }

  /** Notes that its client's journal has come so far; stored with the next heartbeat. */
  public void hasSteps(long steps) {
    if (pinned.journal().journal() != null) {
      remembers(pinned.journal().withSteps(steps));
    }
  }

  /** What is to be stored of it; null if the store has it. */
  public StoredNode takeUnstored() {
    StoredNode unstored = isStored ? null : pinned;
    isStored = true;
    return unstored;
  }

  /** Version of its client, as far as it is known. */
  public String version() {
    return heartbeat == null ? pinned.version() : heartbeat.version();
  }

  /** Whether its client has said that it can do this. */
  public boolean can(String capability) {
    return heartbeat != null && heartbeat.capabilities().contains(capability);
  }

  /** What its client cannot do now; null if it can do all, or does not say. */
  public NodeTrouble trouble() {
    return heartbeat == null ? null : heartbeat.trouble();
  }

  /** Whether its client has sent its capabilities, and this is not among them. */
  public boolean lacks(String capability) {
    return heartbeat != null
        && !heartbeat.capabilities().isEmpty()
        && !heartbeat.capabilities().contains(capability);
  }

  /** Whether its client has said what it can do, or is of a version that never does. */
  public boolean isKnown() {
    return heartbeat != null;
  }

  /** Why its own client was refused; null if it was not. */
  public String refusal() {
    return refusal;
  }

  /** Notes for which violation its connection was ended. */
  public void cutOff(String why, Moment now) {
    cutOff = why;
    cutOffUntil = now.plus(CUT_OFF_SHOWN);
  }

  /** That violation, if it was lately; else null. */
  public String cutOff(Moment now) {
    return cutOff != null && now.isBefore(cutOffUntil) ? cutOff : null;
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
    return left(now, expiry).isNegative();
  }

  /** How long it may still be silent; negative once it was so for too long. */
  public Duration left(Moment now, Duration expiry) {
    return timeout(expiry).minus(silence(now));
  }

  private Duration timeout(Duration expiry) {
    Duration silent = looksForServer && expiry.compareTo(FINDS_SERVER) < 0 ? FINDS_SERVER : expiry;
    return isLegacy() ? silent.plus(LEGACY_DELAY) : silent;
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
    looksForServer = false;
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
    }
    if (isRebooting() && !pinned.reboot().session().equals(latest.session())) {
      isBack();
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
    if (overdue) {
      isBack();
    }
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
