package io.directord.server.node;

import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.Identities;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeMessage;
import io.directord.server.link.Credential;
import io.directord.server.link.NodeAddress;
import io.directord.server.store.StoredJoinToken;
import io.directord.server.store.StoredNode;
import io.directord.server.store.StoredTraits;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * All enrolled nodes, and which of them are connected. An identity belongs to the key and the
 * machine that enrolled with it, until it is forgotten. Belongs to the dispatcher's thread.
 */
public final class NodeRegistry {
  /** Estimated memory of a node with its connection, labels and facts. */
  private static final long NODE_BYTES = 16 << 10;

  private static final long MAX_NODES = Runtime.getRuntime().maxMemory() / NODE_BYTES;

  private final NavigableMap<String, Node> nodes = new TreeMap<>();
  private final Map<String, Node> byMachine = new HashMap<>();
  private final Map<NodeAddress, Node> byPeer = new HashMap<>();
  private final Map<NodeAddress, Attempt> refused = new HashMap<>();
  private final Duration expiry;
  private final JoinTokens tokens;

  /**
   * @param expiry how long a node may be silent
   * @param known nodes from the store; their expiry starts now, so that they have time to reconnect
   * @param tokens with which nodes may enrol
   */
  public NodeRegistry(
      Duration expiry, Collection<StoredNode> known, JoinTokens tokens, Moment now) {
    this.expiry = expiry;
    this.tokens = tokens;
    known.forEach(pinned -> add(new Node(pinned, true, now)));
  }

  /** Decides on a heartbeat, and updates the node. */
  public Admission heartbeat(NodeAddress peer, Heartbeat beat, Moment now) {
    Node before = byPeer.get(peer);
    if (before != null && !before.identity().equals(beat.identity())) {
      String mixed =
          "this connection is that of node "
              + before.identity()
              + ": a node has a connection of its own";
      return new Admission.Refused(mixed, isRepeated(peer, beat, mixed), true);
    }
    Node node = nodes.get(beat.identity());
    if (node != null && isMigrated(node, peer, beat)) {
      forget(node.identity());
      node = null;
    }
    String reason = reasonToRefuse(node, peer, beat, now);
    if (reason != null) {
      noteRefusal(node, peer, beat, reason);
      Attempt last = refused.get(peer);
      boolean isAnother = last != null && !last.identity.equals(beat.identity());
      return new Admission.Refused(reason, isRepeated(peer, beat, reason), isAnother);
    }
    refused.remove(peer);
    boolean isNew = node == null;
    StoredJoinToken used = null;
    if (isNew) {
      used = tokens.use(peer, beat.identity(), beat.join());
      StoredNode enrolled =
          new StoredNode(
              beat.identity(),
              peer.credential().text(),
              beat.machineId(),
              beat.version(),
              beat.client().driver(),
              now.instant(),
              beat.journal());
      node = new Node(used == null ? enrolled : labelled(enrolled, used), false, now);
      add(node);
    }
    boolean hasForgotten = node.forgets(beat);
    boolean wasRestored = node.pinned().client().restoredAt() != null;
    node.remembers(beat.journal());
    node.describes(beat.attributes());
    boolean wasExpired = node.isExpired();
    boolean sameConnection = node.peer() == peer;
    if (!sameConnection) {
      byPeer.remove(node.peer());
      byPeer.put(peer, node);
    }
    node.beat(beat, peer);
    node.heard(now);
    return sameConnection && !wasExpired && !hasForgotten
        ? new Admission.Alive(node)
        : new Admission.Joined(node, isNew, wasExpired, hasForgotten, wasRestored, used);
  }

  private static StoredNode labelled(StoredNode node, StoredJoinToken used) {
    return node.withTraits(node.traits().withLabels(Map.of(StoredTraits.JOIN_TOKEN, used.id())));
  }

  /**
   * Why a node that asks so could not join over that connection; null if it could. Changes nothing.
   */
  public String refusal(NodeAddress peer, NodeMessage.Inquiry inquiry, Moment now) {
    ClientFacts facts =
        new ClientFacts(
            inquiry.version(),
            Duration.ZERO,
            Duration.ZERO,
            inquiry.machineId(),
            "zeromq",
            null,
            inquiry.join());
    Heartbeat beat =
        new Heartbeat(
            inquiry.identity(),
            facts,
            inquiry.protocol(),
            UUID.randomUUID(),
            Set.of(),
            JournalState.UNKNOWN);
    Node node = nodes.get(inquiry.identity());
    boolean isMigrated = node != null && isMigrated(node, peer, beat);
    return isMigrated ? null : reasonToRefuse(node, peer, beat, now);
  }

  private boolean isRepeated(NodeAddress peer, Heartbeat beat, String reason) {
    Attempt attempt = new Attempt(beat.identity(), reason);
    return attempt.equals(refused.put(peer, attempt));
  }

  /** The last refusal on a connection. */
  private record Attempt(String identity, String reason) {}

  /** Refusal of an authentic node with another version of the software. */
  private static void noteRefusal(Node node, NodeAddress peer, Heartbeat beat, String reason) {
    if (node != null
        && node.credential().equals(peer.credential())
        && beat.protocol() != Heartbeat.PROTOCOL) {
      node.refused(reason);
    }
  }

  /**
   * Whether a client of the original is replaced by one of directord on the same machine. It had no
   * key to pin, so no protection is lost; but who does not know the shared key takes no place.
   */
  private static boolean isMigrated(Node node, NodeAddress peer, Heartbeat beat) {
    return node.isLegacy()
        && hasKey(peer)
        && !peer.needsToken()
        && node.peer() == null
        && beat.protocol() == Heartbeat.PROTOCOL
        && !beat.machineId().isBlank()
        && node.pinned().machineId().equals(beat.machineId());
  }

  private static boolean hasKey(NodeAddress peer) {
    return !(peer.credential() instanceof Credential.SharedSecret);
  }

  private String reasonToRefuse(Node node, NodeAddress peer, Heartbeat beat, Moment now) {
    if (beat.protocol() != Heartbeat.PROTOCOL) {
      return "this server speaks protocol "
          + Heartbeat.PROTOCOL
          + ", the node "
          + beat.protocol()
          + ": install the same version of directord on both";
    }
    if (!isKnown(peer, node)) {
      String noToken =
          tokens.refusal(peer, beat.identity(), beat.machineId(), beat.join(), now.instant());
      if (noToken != null) {
        return noToken;
      }
    }
    String forget = "run `directord manage --forget-node " + beat.identity() + "` at the server";
    Optional<String> error = Identities.error(beat.identity());
    if (node == null && error.isPresent()) {
      return "its identity " + error.get() + ": give this node another --identity";
    }
    Optional<String> ofMachine = Identities.error(beat.machineId());
    if (node == null && !beat.machineId().isBlank() && ofMachine.isPresent()) {
      return "its machine id " + ofMachine.get() + ": give this node another --machine-id";
    }
    if (node == null && !isKeyFor(peer, beat.identity())) {
      String owner = String.join(" or ", peer.identities());
      return "its key is that of "
          + owner
          + " in the directory public_keys of the server: give this node the --identity "
          + owner
          + ", or name that file "
          + beat.identity()
          + ".key and start the server anew";
    }
    if (node == null) {
      if (nodes.size() >= MAX_NODES) {
        return "this server knows "
            + nodes.size()
            + " nodes, the maximum for its memory: forget those that are gone, or give"
            + " it more memory with DIRECTORD_JAVA_OPTS=-Xmx…";
      }
      Node other = beat.machineId().isBlank() ? null : byMachine.get(beat.machineId());
      return other == null
          ? null
          : "the machine id "
              + beat.machineId()
              + " is enrolled as "
              + other.identity()
              + ": give this node a --machine-id of its own, or run `directord manage --forget-node "
              + other.identity()
              + "` at the server";
    }
    if (node.isLegacy() && hasKey(peer) && node.peer() != null) {
      return "the original's client is still connected as "
          + beat.identity()
          + ": stop it, and this one takes its place";
    }
    if (!node.credential().equals(peer.credential())) {
      return "the identity "
          + beat.identity()
          + " is enrolled with another key: if this node is genuine, "
          + forget;
    }
    if (!node.pinned().machineId().equals(beat.machineId())) {
      return "the identity "
          + beat.identity()
          + " is enrolled from another machine ("
          + node.pinned().machineId()
          + "): give this node an --identity of its own, or "
          + forget;
    }
    if (node.isReplaced(beat.session()) && !node.isExpired()) {
      return "another client with the identity and key of "
          + beat.identity()
          + " has taken its place: run one of them only";
    }
    return null;
  }

  /** Whether that node has enrolled with the key that the peer has proved. */
  public static boolean isKnown(NodeAddress peer, Node node) {
    return node != null && node.credential().equals(peer.credential());
  }

  private static boolean isKeyFor(NodeAddress peer, String identity) {
    return peer.identities().isEmpty() || peer.identities().contains(identity);
  }

  /** The node of a connection; null if the peer has not joined. */
  public Node of(NodeAddress peer) {
    return byPeer.get(peer);
  }

  /** The node of a connection, which has just sent a message; null if the peer has not joined. */
  public Node heard(NodeAddress peer, Moment now) {
    Node node = byPeer.get(peer);
    if (node != null && !node.isExpired()) {
      node.heard(now);
    }
    return node;
  }

  /** Notes that a connection is lost; returns its node, or null. */
  public Node gone(NodeAddress peer) {
    refused.remove(peer);
    Node node = byPeer.remove(peer);
    if (node != null) {
      node.disconnected();
    }
    return node;
  }

  /** Expires the nodes that have been silent for too long; returns them. */
  public List<Node> expire(Moment now) {
    List<Node> expired = new ArrayList<>();
    for (Node node : nodes.values()) {
      if (!node.isExpired() && !node.isRebooting() && node.isSilent(now, expiry)) {
        node.expire();
        expired.add(node);
      }
    }
    return expired;
  }

  /**
   * Restarts the expiry of all nodes, since the server was absent and connections may have broken.
   */
  public void giveTime(Moment now) {
    nodes.values().stream().filter(node -> !node.isExpired()).forEach(node -> node.giveTime(now));
  }

  /** Nodes that were to reboot, and have neither disconnected nor come back in time. */
  public List<Node> rebootsOverdue(Moment now) {
    return nodes.values().stream().filter(node -> node.rebootOverdue(now)).toList();
  }

  /** Forgets a node and its key; returns it, or null. */
  public Node forget(String identity) {
    Node node = nodes.remove(identity);
    if (node != null) {
      byMachine.remove(node.pinned().machineId(), node);
      byPeer.remove(node.peer());
    }
    return node;
  }

  public Node find(String identity) {
    return nodes.get(identity);
  }

  /** All nodes, sorted by name. */
  public Collection<Node> all() {
    return Collections.unmodifiableCollection(nodes.values());
  }

  /** The nodes whose names come after that one, sorted by name. */
  public Iterable<Node> after(String identity) {
    return Collections.unmodifiableCollection(nodes.tailMap(identity, false).values());
  }

  public Duration expiry() {
    return expiry;
  }

  private void add(Node node) {
    nodes.put(node.identity(), node);
    if (!node.pinned().machineId().isBlank()) {
      byMachine.put(node.pinned().machineId(), node);
    }
  }
}
