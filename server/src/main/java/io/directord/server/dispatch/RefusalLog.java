package io.directord.server.dispatch;

import io.directord.server.link.Refusals;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Logs refused nodes, not more than a few a minute from each address. For one thread. */
final class RefusalLog {
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final int MAX_LINES = 10;

  /** Beyond it no more addresses are told apart until a minute has passed. */
  private static final int MAX_ADDRESSES = 1000;

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

  RefusalLog(System.Logger log) {
    this.log = log;
  }

  /** Logs a refusal, or only counts it. */
  void refused(String identity, String host, String reason, Instant now) {
    Minute minute = minutes.get(host);
    if (minute != null && minute.isOver(now)) {
      minutes.remove(host);
      if (minute.unsaid() > 0) {
        log.log(Level.WARNING, "at {0} {1} more were refused", host, minute.unsaid());
      }
      minute = null;
    }
    if (minute == null) {
      minute = begin(host, now);
    }
    if (minute == null) {
      return;
    }
    minute.count++;
    if (minute.count <= MAX_LINES) {
      log.log(
          Level.WARNING,
          "node {0} at {1} refused: {2}",
          Refusals.shortened(identity),
          host,
          reason);
    }
    if (minute.count == MAX_LINES) {
      log.log(Level.WARNING, "at {0}: more refusals within the minute are only counted", host);
    }
  }

  private Minute begin(String host, Instant now) {
    if (minutes.size() >= MAX_ADDRESSES) {
      minutes.values().removeIf(minute -> minute.isOver(now));
    }
    if (minutes.size() >= MAX_ADDRESSES) {
      return null;
    }
    Minute minute = new Minute(now);
    minutes.put(host, minute);
    return minute;
  }
}
