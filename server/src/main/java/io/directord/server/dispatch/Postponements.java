package io.directord.server.dispatch;

import io.directord.common.api.Explanation;
import io.directord.common.api.NodeOutcome.NotBegun;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.rolling.Rollout;
import io.directord.server.rolling.WaitingTurn;
import io.directord.server.time.Moment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Why jobs have not begun on their nodes, as far as the turn of their parent is the reason. */
final class Postponements {
  private final NodeRegistry nodes;
  private final Rollouts rollouts;

  Postponements(NodeRegistry nodes, Rollouts rollouts) {
    this.nodes = nodes;
    this.rollouts = rollouts;
  }

  /**
   * Why a job has not begun on a node.
   *
   * @param place of the node in the queue of those that may begin; null if it is not in it
   */
  record Postponed(NotBegun kind, String why, Explanation.Place place) {
    String sentence() {
      return place == null ? why : why + "; " + place.text();
    }
  }

  /**
   * Why a job has not begun on a node, as far as its parent's turn is the reason; else null.
   *
   * @param inTheWay the job of another parent that must end there first; null if there is none
   */
  Postponed find(Assignment assignment, Assignment inTheWay, Moment now) {
    String node = assignment.node();
    Rollout rollout = rollouts.find(assignment.job().parentId());
    if (rollout == null || assignment.isEnded() || !rollout.isShut(node)) {
      return null;
    }
    String paused = rollout.pausedBecause();
    String held =
        rollout.isHeld(node) ? "held until " + shown(rollout.until()) + ": " + absence(node) : null;
    if (paused != null) {
      String why = "not begun, since the run is paused: " + paused + resumption(rollout);
      return new Postponed(NotBegun.PAUSED, held == null ? why : why + "; " + held, null);
    }
    if (held != null) {
      return new Postponed(NotBegun.HELD, held, null);
    }
    if (inTheWay != null) {
      return behind(inTheWay);
    }
    WaitingTurn turn = rollout.turn(node, now);
    return turn.place() == 0
        ? new Postponed(NotBegun.TURN, "is about to begin", null)
        : new Postponed(
            NotBegun.TURN, taken(turn), new Explanation.Place(turn.place(), turn.queue()));
  }

  /** Of a job that may begin once that of another parent has ended on the node. */
  Postponed behind(Assignment other) {
    Rollout rollout = rollouts.find(other.job().parentId());
    String paused = rollout == null ? null : rollout.pausedBecause();
    String why =
        "waits behind "
            + Standing.named(other.job())
            + ", which has not ended on the node"
            + (paused == null ? "" : ", since its run is paused: " + paused + resumption(rollout));
    return new Postponed(paused == null ? NotBegun.TURN : NotBegun.PAUSED, why, null);
  }

  private static String resumption(Rollout paused) {
    return "; 'directord manage --resume " + paused.parent() + "' goes on, --cancel ends it";
  }

  private static String taken(WaitingTurn turn) {
    return "waits for its turn: "
        + (turn.size() == 1 ? "1 node runs it" : turn.size() + " nodes run it")
        + " at a time, now "
        + turn.taking()
        + (turn.pause() == null ? "" : "; the next place is free in " + turn.pause());
  }

  private static Instant shown(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Why a node is away. */
  String absence(String name) {
    Node node = nodes.find(name);
    return node == null ? "node " + name + " has not enrolled" : Reasons.away(node);
  }
}
