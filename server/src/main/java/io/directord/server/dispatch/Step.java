package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.wire.ServerMessage;
import io.directord.server.link.NodeAddress;
import io.directord.server.node.Node;
import java.util.List;
import java.util.UUID;

/** What the core goes on with once the store has what a turn has changed. */
sealed interface Step {

  /** Jobs were taken. */
  record Taken(List<LiveJob> jobs) implements Step {}

  /** A job has ended on a target. */
  record Ended(Assignment assignment, NodeOutcome outcome) implements Step {}

  /** A job that had ended everywhere has another result. */
  record EndedLate(UUID job, UUID parent, NodeOutcome outcome) implements Step {}

  /** So many ended jobs were forgotten. */
  record Forgot(List<Long> seqs) implements Step {}

  /** A node may join by this connection, if it is still its own. */
  record Welcome(NodeAddress peer, Node node) implements Step {}

  /** The node is told something, by the connection that it has then. */
  record Say(Node node, ServerMessage message) implements Step {}

  /** Something is done. */
  record Do(Effect effect) implements Step {}
}
