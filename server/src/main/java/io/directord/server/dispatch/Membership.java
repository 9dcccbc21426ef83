package io.directord.server.dispatch;

import io.directord.common.api.NodeView;
import io.directord.common.validation.Counted;
import io.directord.common.validation.FirstNames;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeTrouble;
import io.directord.common.wire.ServerMessage;
import io.directord.server.link.NodeAddress;
import io.directord.server.node.Admission;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Change;
import io.directord.server.store.StoredNode;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Handles nodes that join, leave, expire and are forgotten, and the effects on their jobs. */
final class Membership {
  private static final System.Logger LOG = System.getLogger(Membership.class.getName());

  private final NodeRegistry nodes;
  private final JobBook book;
  private final HookBook hooks;
  private final ServerMessage.Welcome welcome;
  private final NodeWarnings warnings = new NodeWarnings(LOG);

  Membership(NodeRegistry nodes, JobBook book, HookBook hooks, ServerMessage.Welcome welcome) {
    this.hooks = hooks;
    this.nodes = nodes;
    this.book = book;
    this.welcome = welcome;
  }

  void heartbeat(NodeAddress peer, Heartbeat beat, Turn turn) {
    Node known = nodes.find(beat.identity());
    NodeTrouble before = known == null ? null : known.trouble();
    Admission admission = nodes.heartbeat(peer, beat, turn.now());
    if (admission instanceof Admission.Joined joined) {
      joined(peer, joined, turn);
      turn.whenDurable(new Step.Do(Turn.send(peer, new ServerMessage.Heard(beat.agentUptime()))));
    } else if (admission instanceof Admission.Alive alive) {
      store(alive.node(), turn);
      turn.say(peer, new ServerMessage.Heard(beat.agentUptime()));
      if (!Objects.equals(before, beat.trouble())) {
        warnings.trouble(alive.node(), turn.now().instant());
        changed(alive.node(), turn);
      }
    } else if (admission instanceof Admission.Refused refused) {
      refused(peer, beat, refused, turn);
    }
  }

  /** Says whether a node could join; nothing of it is kept. */
  void inquired(NodeAddress peer, NodeMessage.Inquiry inquiry, Turn turn) {
    String refusal = nodes.refusal(peer, inquiry, turn.now());
    if (refusal == null) {
      // To look what is at the port counts as an attempt that was refused.
      turn.effect(new Effect.NoteJoined(inquiry.identity(), peer.host()));
    }
    Node known = nodes.find(inquiry.identity());
    // Who needs a token and has none learns of no other node.
    boolean enrolled = known != null && (!peer.needsToken() || NodeRegistry.isKnown(peer, known));
    turn.say(
        peer,
        new ServerMessage.Verdict(
            refusal,
            enrolled,
            welcome.version(),
            Heartbeat.PROTOCOL,
            welcome.contentPort(),
            turn.now().instant()));
  }

  private void refused(NodeAddress peer, Heartbeat beat, Admission.Refused refused, Turn turn) {
    if (!refused.repeated()) {
      warnings.refused(beat.identity(), peer.host(), refused.reason(), turn.now().instant());
    }
    turn.effect(new Effect.NoteRefusal(beat.identity(), peer.host(), refused.reason()));
    turn.say(peer, new ServerMessage.Refused(refused.reason()));
    if (refused.ends()) {
      turn.effect(new Effect.EndPeer(peer, "it says that it is another node than before"));
    }
  }

  private void joined(NodeAddress peer, Admission.Joined joined, Turn turn) {
    Node node = joined.node();
    turn.effect(new Effect.NoteJoined(node.identity(), peer.host()));
    LOG.log(
        Level.INFO,
        "node {0} at {1} {2}",
        node.identity(),
        peer.host(),
        joined.isNew() ? "enrolled" : joined.wasExpired() ? "came back" : "joined");
    if (joined.used() != null) {
      turn.change(new Change.PutJoinToken(joined.used()));
      LOG.log(
          Level.INFO,
          "node {0} has enrolled with the join token {1}, use {2} of {3}",
          node.identity(),
          joined.used().id(),
          joined.used().used(),
          joined.used().terms().uses());
    }
    if (joined.isNew() || joined.wasExpired()) {
      hooks.joined(node.identity(), turn);
    }
    if (joined.isNew()) {
      // Unfinished jobs of a replaced client, whose results will not come.
      book.giveUp(node, turn);
    }
    if (joined.hasForgotten()) {
      tellForgotten(node, book.interrupt(node, joined.wasRestored(), turn));
    }
    store(node, turn);
    book.queueOf(node.identity()).pause();
    turn.whenDurable(new Step.Welcome(peer, node));
  }

  private static void tellForgotten(Node node, int interrupted) {
    String what =
        "node {0} has lost its journal, has an older copy of it, or has run too much since the"
            + " server was backed up: ";
    if (interrupted == 0) {
      LOG.log(Level.INFO, what + "it had no job that had not ended", node.identity());
    } else {
      String jobs = Counted.of(interrupted, "job");
      LOG.log(
          Level.WARNING, what + "{1} interrupted that had been sent to it", node.identity(), jobs);
    }
  }

  /** Has what the store does not have of the node stored. */
  static void store(Node node, Turn turn) {
    StoredNode unstored = node.takeUnstored();
    if (unstored != null) {
      turn.change(new Change.PutNode(unstored));
    }
  }

  /** Welcomes the node, unless it has another connection by now. */
  void welcome(NodeAddress peer, Node node, Turn turn) {
    if (node.peer() != peer) {
      return;
    }
    turn.say(peer, welcome);
    book.resend(node);
    changed(node, turn);
  }

  /**
   * @param why the connection was ended from this side; null if it was not
   */
  void gone(NodeAddress peer, String why, Turn turn) {
    Node node = nodes.gone(peer);
    if (node != null) {
      if (why != null) {
        node.cutOff(why, turn.now());
      }
      LOG.log(
          Level.INFO,
          "node {0} at {1} left{2}",
          node.identity(),
          peer.host(),
          why == null ? "" : ": its connection was ended: " + why);
      store(node, turn);
      changed(node, turn);
    }
  }

  void expire(Turn turn) {
    for (Node node : nodes.rebootsOverdue(turn.now())) {
      LOG.log(Level.WARNING, "node {0} was to reboot, and has not come back", node.identity());
      store(node, turn);
      book.mayBeSent(node);
      changed(node, turn);
    }
    List<Node> expired = nodes.expire(turn.now());
    logExpired(expired);
    hooks.lost(expired.stream().map(Node::identity).toList(), turn);
    for (Node node : expired) {
      book.giveUp(node, turn);
      changed(node, turn);
    }
  }

  /** Thousands may expire together, so they share a line. */
  private void logExpired(List<Node> expired) {
    FirstNames names = new FirstNames();
    int outstanding = 0;
    for (Node node : expired) {
      outstanding += book.queueOf(node.identity()).outstanding();
      names.add(node.identity() + " (not heard of since " + node.heardAt() + ")");
    }
    if (!expired.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "{0} expired: {1}; {2} failed",
          Counted.of(expired.size(), "node"),
          names,
          Counted.of(outstanding, "job"));
    }
  }

  /** Forgets these nodes; connected ones are asked for a heartbeat, and may enrol again. */
  void forget(List<Node> forgotten, Turn turn) {
    for (Node node : forgotten) {
      NodeAddress peer = node.peer();
      nodes.forget(node.identity());
      turn.change(new Change.ForgetNode(node.identity()));
      book.forget(node.identity(), turn);
      if (peer != null) {
        turn.say(peer, new ServerMessage.WhoAreYou());
      }
    }
  }

  NodeView view(Node node, Moment now) {
    NodeQueue queue = book.queueOf(node.identity());
    NodeView view =
        node.view(
            now,
            nodes.expiry(),
            queue.outstanding(),
            Reasons.remark(node, queue, book.waitsForPaused(queue), now));
    if (view.state() == NodeView.State.ACTIVE) {
      return view;
    }
    List<Instant> held = book.heldUntil(node);
    return held.isEmpty() ? view : view.holding(held.size(), Collections.max(held));
  }

  /** The nodes that come next by name. */
  NodePage.Part views(Input.NodesAfter asked, Moment now) {
    List<NodeView> found = new ArrayList<>();
    int skipped = 0;
    for (Node node : nodes.after(asked.after())) {
      if (found.size() == asked.limit()) {
        break;
      }
      if (asked.state() != null && node.state() != asked.state()) {
        continue;
      }
      if (skipped < asked.skip()) {
        skipped++;
      } else {
        found.add(view(node, now));
      }
    }
    return new NodePage.Part(found, NodePage.count(nodes.all(), Node::state));
  }

  private void changed(Node node, Turn turn) {
    book.changed(node, turn);
    turn.effect(new Effect.TellNode(view(node, turn.now())));
  }
}
