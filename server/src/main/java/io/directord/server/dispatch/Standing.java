package io.directord.server.dispatch;

import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.validation.Counted;
import io.directord.common.wire.Heartbeat;
import io.directord.server.node.Node;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** How a job stands on a node as the server knows it, in words that follow the node's name. */
final class Standing {
  private static final int SHORT_ID = 8;
  private static final int MAX_TITLE = 80;
  private static final int MAX_TEXT = 500;

  private Standing() {}

  /**
   * Of a job that has no committed result there.
   *
   * @param node null if it was forgotten
   */
  static String of(Assignment one, Node node, NodeQueue queue, Duration expiry, Moment now) {
    if (one.isEnded()) {
      return "has ended; its result is being stored";
    }
    if (node == null || node.isExpired()) {
      return "is not known any more: the job is about to be given up";
    }
    if (one.job().isCancelled()) {
      return "is to be cancelled" + (isThere(one) ? ": the node has not confirmed it yet" : "");
    }
    if (node.isRebooting()) {
      return "is held back: the node was told to reboot, and has not come back yet";
    }
    if (node.state() == NodeView.State.AWAY) {
      return away(one, node, expiry, now);
    }
    return switch (one.state()) {
      case WAITING -> waits(one, queue);
      case RUNNING -> "is running there" + unasked(node);
      case SENT, SUCCEEDED, SKIPPED, FAILED ->
          "was sent there, and has not begun as far as is known" + unasked(node);
    };
  }

  private static String away(Assignment one, Node node, Duration expiry, Moment now) {
    long left = Math.max(1, node.left(now, expiry).toSeconds());
    return (one.state() == NodeOutcome.State.WAITING
            ? "waits for the node, which is not connected"
            : "was sent there, but the node is not connected any more")
        + (node.refusal() == null ? "" : ": its client cannot join, " + node.refusal())
        + "; last heard of at "
        + node.heardAt().truncatedTo(ChronoUnit.SECONDS)
        + ", given up in "
        + left
        + " s";
  }

  private static String unasked(Node node) {
    return node.can(Heartbeat.WHY)
        ? ""
        : "; its client, version " + node.version() + ", cannot be asked for more";
  }

  private static String waits(Assignment one, NodeQueue queue) {
    NodeQueue.Place place = queue.place(one);
    if (place == null) {
      return queue.isBehind(one)
          ? "waits on the server for the result of an earlier job of its parent: what the server"
              + " finds of it decides whether this one runs"
          : "has not been given to the node yet";
    }
    if (place.outstanding() == 0 || place.first() == null) {
      return "is about to be sent";
    }
    return "waits on the server, since the node has "
        + Counted.of(place.outstanding(), "job")
        + " already, as many as it is given at a time, the first of them "
        + named(place.first().job())
        + (place.ahead() == 0 ? "" : "; " + Counted.of(place.ahead(), "more job") + " before it");
  }

  private static boolean isThere(Assignment one) {
    return one.state() == NodeOutcome.State.SENT || one.state() == NodeOutcome.State.RUNNING;
  }

  /** A job, for a sentence about another. */
  static String named(LiveJob job) {
    String title = JobTitle.of(job.job()).line();
    return "job "
        + job.id().toString().substring(0, SHORT_ID)
        + " ("
        + (title.length() <= MAX_TITLE ? title : title.substring(0, MAX_TITLE - 1) + "…")
        + ")"
        + (job.job().parent().name() == null ? "" : " of " + job.job().parent().name());
  }

  /** How a job has ended on a node. */
  static String ended(NodeOutcome result) {
    String info = result.info() == null ? "" : result.info().strip();
    String text =
        switch (result.state()) {
          case SUCCEEDED -> "has succeeded";
          case SKIPPED -> "was skipped: " + info;
          case FAILED -> "has failed: " + result.reason() + (info.isEmpty() ? "" : ": " + info);
          case WAITING, SENT, RUNNING -> "has not ended";
        };
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…";
  }
}
