package io.directord.server.dispatch;

import io.directord.server.node.Node;
import io.directord.server.rolling.Rollout;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Messages for jobs that failed by a decision of the server. */
final class Reasons {
  /** An idle client reports earlier that a job has begun. */
  private static final Duration LONG = Duration.ofSeconds(15);

  /** What a node says of such a job too. */
  static final String OMITTED = "Job omitted, parent failure";

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

  /**
   * Why a node's work does not proceed; empty if it does, or if unknown.
   *
   * @param paused the parent that what is next there waits for, if it is paused; else null
   */
  static String remark(Node node, NodeQueue queue, Rollout paused, Moment now) {
    if (node.refusal() != null) {
      return "its client cannot join: " + node.refusal();
    }
    if (node.isRebooting()) {
      return "it was told to reboot";
    }
    if (node.cutOff(now) != null) {
      return "its connection was ended within the last ten minutes, and what it was saying was lost: "
          + node.cutOff(now);
    }
    if (node.trouble() != null) {
      return troubled(node);
    }
    if (paused != null) {
      return "what is next there waits for parent " + paused.parent() + ", which is paused";
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

  /** Of a node whose client cannot do all that it should. */
  static String troubled(Node node) {
    return "its client says: " + node.trouble().text();
  }

  static String forgotten(Node node) {
    return "interrupted: the journal of node "
        + node.identity()
        + " was lost or damaged, is an older copy, or knows only a part of what ran since the backup"
        + " of the server that was restored, so it does not know whether the job ran there;"
        + " it is not run again, and output of it may be missing";
  }

  /** Of a node that a job is held for. */
  static String away(Node node) {
    return node.isExpired() ? expired(node) : "node " + node.identity() + " is not connected";
  }

  static String overdue(Instant until) {
    return "the job was held for it until "
        + until.truncatedTo(ChronoUnit.SECONDS)
        + ", and does not run there any more";
  }

  static String notStarted(String paused) {
    return "cancelled before it began on the node" + (paused == null ? "" : "; " + paused);
  }

  static String expired(Node node) {
    return "node "
        + node.identity()
        + " has expired: it was last heard of at "
        + node.heardAt().truncatedTo(ChronoUnit.SECONDS);
  }

  private static String ran(Assignment assignment) {
    return assignment.mayHaveBeenSent()
        ? "the job may have run there, and its output is missing"
        : "the job had not been sent to it, and does not run there";
  }
}
