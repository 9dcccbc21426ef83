package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunState;
import io.directord.common.wire.ServerMessage;
import io.directord.server.link.NodeAddress;
import io.directord.server.node.Node;
import java.util.List;
import java.util.UUID;

/** A step that the core takes once the changes of a turn are committed. */
sealed interface Step {

  /** Jobs were received. */
  record Taken(List<LiveJob> jobs) implements Step {}

  /** A job has ended on a target. */
  record Ended(Assignment assignment, NodeOutcome outcome) implements Step {}

  /** A late result of a job that had ended everywhere. */
  record EndedLate(UUID job, UUID parent, NodeOutcome outcome) implements Step {}

  /** A parent goes on: these nodes begin. */
  record RunMoved(UUID parent, List<String> begin, RunState state) implements Step {}

  /** So many ended jobs were forgotten. */
  record Forgot(List<Long> seqs) implements Step {}

  /** A node joins by this connection, if it is still current. */
  record Welcome(NodeAddress peer, Node node) implements Step {}

  /** Sends a message to the node, by its current connection. */
  record Say(Node node, ServerMessage message) implements Step {}

  /** Something is done. */
  record Do(Effect effect) implements Step {}
}
