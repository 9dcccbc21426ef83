package io.directord.server.dispatch;

import io.directord.server.node.Node;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** Messages for jobs that failed by a decision of the server. */
final class Reasons {
  /** An idle client reports earlier that a job has begun. */
  private static final Duration LONG = Duration.ofSeconds(15);

  private Reasons() {}

  static String lost(Assignment assignment, Node node, Moment now) {
    return "node "
        + node.identity()
        + " has not been heard of for "
        + node.silence(now).toSeconds()
        + " s; "
        + ran(assignment);
  }

  /**
   * @param node null if it was forgotten
   */
  static String gone(Assignment assignment, Node node) {
    return (node == null ? "node " + assignment.node() + " was forgotten" : expired(node))
        + "; "
        + ran(assignment);
  }

  static String goesOn(Node node, boolean cancelled) {
    return "node "
        + node.identity()
        + " was away for too long; it is back, and "
        + (cancelled ? "is told to end the job, which was cancelled" : "the job still runs there")
        + ": its result will take the place of this";
  }

  /** Why a node's work does not proceed; empty if it does, or if unknown. */
  static String remark(Node node, NodeQueue queue, Moment now) {
    if (node.refusal() != null) {
      return "its client cannot join: " + node.refusal();
    }
    if (node.isRebooting()) {
      return "it was told to reboot";
    }
    Duration stuck = queue.stuck(now);
    if (node.peer() == null || stuck.compareTo(LONG) < 0) {
      return "";
    }
    String remark = "it has begun none of its jobs for " + stuck.toSeconds() + " s";
    return node.isLegacy()
        ? remark
            + ", and a client of the original may have lost them: `directord manage --cancel` gives"
            + " a job up at once"
        : remark;
  }

  static String forgotten(Node node) {
    return "interrupted: the journal of node "
        + node.identity()
        + " was lost or damaged, so it does not know whether the job ran there; it is not run again,"
        + " and output of it may be missing";
  }

  static String expired(Node node) {
    return "node "
        + node.identity()
        + " has expired: it was last heard of at "
        + node.heardAt().truncatedTo(ChronoUnit.SECONDS);
  }

  private static String ran(Assignment assignment) {
    return assignment.mayHaveBeenSent()
        ? "the job may have run there"
        : "the job had not been sent to it, and does not run there";
  }
}
