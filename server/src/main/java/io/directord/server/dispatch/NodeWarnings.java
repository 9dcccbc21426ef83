package io.directord.server.dispatch;

import io.directord.server.link.Refusals;
import io.directord.server.node.Node;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Logs what nodes do that they may not, no more than a few lines a minute for each address or node.
 * For one thread.
 */
final class NodeWarnings {
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final int MAX_LINES = 10;

  /** Beyond it no more subjects are told apart until a minute has passed. */
  private static final int MAX_SUBJECTS = 1000;

  private final System.Logger log;
  private final Map<String, Minute> minutes = new HashMap<>();

  private static final class Minute {
    final Instant since;
    long count;

    Minute(Instant since) {
      this.since = since;
    }

    boolean isOver(Instant now) {
      return now.isBefore(since) || !now.isBefore(since.plus(PERIOD));
    }

    long unsaid() {
      return Math.max(0, count - MAX_LINES);
    }
  }

  NodeWarnings(System.Logger log) {
    this.log = log;
  }

  /** Logs a refusal, or only counts it. */
  void refused(String identity, String host, String reason, Instant now) {
    String text = "node " + Refusals.shortened(identity) + " at " + host + " refused: " + reason;
    warn("at " + host, "refusals", text, now);
  }

  /** Logs what a node cannot do, or that it can again; or only counts it. */
  void trouble(Node node, Instant now) {
    String name = "node " + node.identity();
    String text =
        name + (node.trouble() == null ? " is well again" : " says: " + node.trouble().text());
    warn(name, "troubles", text, now);
  }

  /** Logs that a result was ignored, or only counts it. */
  void ignored(Node node, UUID job, Instant now) {
    String name = "node " + node.identity();
    String text = name + ": ignored a result for job " + job + ", which was never sent to it";
    warn(name, "ignored results", text, now);
  }

  /** Logs that a node gave the result of a job that is not kept, or only counts it. */
  void unknown(Node node, UUID job, String whyMissing, Instant now) {
    String name = "node " + node.identity();
    String text =
        name
            + ": dropped a result for job "
            + job
            + ", which is not kept: it was purged, or "
            + whyMissing;
    warn(name, "dropped results", text, now);
  }

  /** Logs that a node denies what the server knows, or only counts it. */
  void untrue(Node node, UUID job, Instant now) {
    String name = "node " + node.identity();
    String text =
        name
            + ": says that it gave the result of job "
            + job
            + " before, though this server has just sent it for the first time: the job failed"
            + " there";
    warn(name, "untrue results", text, now);
  }

  /** Logs that what a node has sent is not what it says, or only counts it. */
  void contradicted(Node node, UUID job, String why, Instant now) {
    String name = "node " + node.identity();
    warn(name, "untrue results", name + ": job " + job + " failed there: " + why, now);
  }

  /**
   * Logs that a message cannot be decoded, or only counts it.
   *
   * @param node null if the peer has not joined
   * @param job of which it is the result; null if that is not known
   */
  void undecodable(Node node, String host, UUID job, String why, Instant now) {
    String name = node == null ? "a peer at " + host : "node " + node.identity();
    String where = node == null ? "" : " at " + host;
    String what =
        job == null ? ": undecodable message: " : ": undecodable result of job " + job + ": ";
    warn(name, "undecodable messages", name + where + what + why, now);
  }

  private void warn(String subject, String kind, String text, Instant now) {
    Minute minute = minutes.get(subject);
    if (minute != null && minute.isOver(now)) {
      minutes.remove(subject);
      if (minute.unsaid() > 0) {
        log.log(Level.WARNING, "{0}: {1} more {2}", subject, minute.unsaid(), kind);
      }
      minute = null;
    }
    if (minute == null) {
      minute = begin(subject, now);
    }
    if (minute == null) {
      return;
    }
    minute.count++;
    if (minute.count <= MAX_LINES) {
      log.log(Level.WARNING, "{0}", text);
    }
    if (minute.count == MAX_LINES) {
      log.log(Level.WARNING, "{0}: more {1} within the minute are only counted", subject, kind);
    }
  }

  private Minute begin(String subject, Instant now) {
    if (minutes.size() >= MAX_SUBJECTS) {
      minutes.values().removeIf(minute -> minute.isOver(now));
    }
    if (minutes.size() >= MAX_SUBJECTS) {
      return null;
    }
    Minute minute = new Minute(now);
    minutes.put(subject, minute);
    return minute;
  }
}
