package io.directord.server.dispatch;

import io.directord.common.api.NodeView;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.ServerMessage;
import io.directord.server.link.Peer;
import io.directord.server.link.Refusals;
import io.directord.server.node.Admission;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Change;
import io.directord.server.time.Attention;
import java.lang.System.Logger.Level;
import java.util.List;

/** Nodes join, leave, expire and are forgotten: what that means for their jobs. */
final class Membership {
  private static final System.Logger LOG = System.getLogger(Membership.class.getName());

  private final NodeRegistry nodes;
  private final JobBook book;
  private final Outbox outbox;
  private final Followers followers;
  private final Refusals refusals;
  private final Attention time;
  private final ServerMessage.Welcome welcome;

  Membership(
      NodeRegistry nodes,
      JobBook book,
      Outbox outbox,
      Followers followers,
      Refusals refusals,
      Attention time,
      ServerMessage.Welcome welcome) {
    this.nodes = nodes;
    this.book = book;
    this.outbox = outbox;
    this.followers = followers;
    this.refusals = refusals;
    this.time = time;
    this.welcome = welcome;
  }

  void heartbeat(Peer peer, Heartbeat beat, Turn turn) {
    Admission admission = nodes.heartbeat(peer, beat, time.now());
    if (admission instanceof Admission.Joined joined) {
      joined(peer, joined, turn);
      turn.whenSafe(() -> outbox.say(peer, new ServerMessage.Heard(beat.agentUptime())));
    } else if (admission instanceof Admission.Alive) {
      outbox.say(peer, new ServerMessage.Heard(beat.agentUptime()));
    } else if (admission instanceof Admission.Refused refused) {
      refused(peer, beat, refused);
    }
  }

  private void refused(Peer peer, Heartbeat beat, Admission.Refused refused) {
    Level level = refused.repeated() ? Level.DEBUG : Level.WARNING;
    LOG.log(
        level,
        "node {0} at {1} refused: {2}",
        Refusals.shortened(beat.identity()),
        peer.address(),
        refused.reason());
    refusals.add(beat.identity(), peer.address(), refused.reason());
    outbox.say(peer, new ServerMessage.Refused(refused.reason()));
    if (refused.ends()) {
      peer.endSoon("it says that it is another node than before");
    }
  }

  private void joined(Peer peer, Admission.Joined joined, Turn turn) {
    Node node = joined.node();
    refusals.joined(node.identity(), peer.address());
    LOG.log(
        Level.INFO,
        "node {0} at {1} {2}",
        node.identity(),
        peer.address(),
        joined.isNew() ? "enrolled" : joined.wasExpired() ? "came back" : "joined");
    if (joined.isNew()) {
      // Left by a client that this one takes the place of, and cannot answer for.
      book.giveUp(node, turn);
    }
    if (joined.hasForgotten()) {
      int interrupted = book.interrupt(node, turn);
      LOG.log(
          Level.WARNING,
          "node {0} has lost its journal: {1} jobs that had been sent to it are interrupted",
          node.identity(),
          interrupted);
    }
    if (joined.isChanged()) {
      turn.change(new Change.PutNode(node.pinned()));
    }
    book.queueOf(node.identity()).pause();
    turn.whenSafe(() -> welcome(peer, node));
  }

  private void welcome(Peer peer, Node node) {
    if (node.peer() != peer) {
      return;
    }
    outbox.say(peer, welcome);
    book.resend(node);
    changed(node);
  }

  void gone(Peer peer) {
    Node node = nodes.gone(peer);
    if (node != null) {
      LOG.log(Level.INFO, "node {0} at {1} left", node.identity(), peer.address());
      changed(node);
    }
  }

  void expire(Turn turn) {
    for (Node node : nodes.rebootsOverdue(time.now())) {
      LOG.log(Level.WARNING, "node {0} was to reboot, and has not come back", node.identity());
      book.mayBeSent(node);
      changed(node);
    }
    for (Node node : nodes.expire(time.now())) {
      int outstanding = book.queueOf(node.identity()).outstanding();
      LOG.log(
          Level.WARNING,
          "node {0} expired: not heard of since {1}; {2} jobs failed",
          node.identity(),
          node.heardAt(),
          outstanding);
      book.giveUp(node, turn);
      changed(node);
    }
  }

  /** Forgets these nodes; those that are connected are asked who they are, and may enrol again. */
  void forget(List<Node> forgotten, Turn turn) {
    for (Node node : forgotten) {
      LOG.log(Level.INFO, "node {0} forgotten", node.identity());
      Peer peer = node.peer();
      nodes.forget(node.identity());
      turn.change(new Change.ForgetNode(node.identity()));
      book.forget(node, turn);
      if (peer != null) {
        outbox.say(peer, new ServerMessage.WhoAreYou());
      }
    }
  }

  NodeView view(Node node) {
    NodeQueue queue = book.queueOf(node.identity());
    return node.view(
        time.now(), nodes.expiry(), queue.outstanding(), Reasons.remark(node, queue, time.now()));
  }

  private void changed(Node node) {
    followers.tellNode(() -> view(node));
  }
}
