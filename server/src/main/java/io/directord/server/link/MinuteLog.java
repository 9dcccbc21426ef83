package io.directord.server.link;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Warns at most once a minute about each subject, with the number of times. Thread-safe. */
public final class MinuteLog {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  /** Maximum number of subjects, against invented ones. */
  private static final int MAX_SUBJECTS = 1000;

  private final System.Logger log;
  private final InstantSource clock;
  private final Map<String, Entry> entries = new HashMap<>();

  private static final class Entry {
    Instant said = Instant.MIN;
    long unsaid;

    /** Also if the clock was set back since the last message. */
    boolean isDue(Instant now) {
      return said == Instant.MIN || now.isBefore(said) || !now.isBefore(said.plus(PERIOD));
    }
  }

  public MinuteLog(System.Logger log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  /** Logs the subject and the text, or only counts it. */
  public void warn(String subject, String text) {
    warn(subject, "", text);
  }

  /**
   * Logs why a peer's connection is ended, once a minute for each reason regardless of its figures,
   * so that one violation does not hide another.
   */
  public void ended(String peer, String why) {
    warn(peer, why.replaceAll("\\d+", ""), "its connection is ended: " + why);
  }

  private synchronized void warn(String subject, String kind, String text) {
    String about = subject + kind;
    Instant now = clock.instant();
    if (entries.size() >= MAX_SUBJECTS) {
      entries.values().removeIf(entry -> entry.said.plus(PERIOD).isBefore(now));
    }
    if (entries.size() >= MAX_SUBJECTS && !entries.containsKey(about)) {
      return;
    }
    Entry entry = entries.computeIfAbsent(about, key -> new Entry());
    entry.unsaid++;
    if (entry.isDue(now)) {
      String times = entry.unsaid == 1 ? "" : " (" + entry.unsaid + " times)";
      log.log(Level.WARNING, "{0}: {1}{2}", subject, text, times);
      entry.said = now;
      entry.unsaid = 0;
    }
  }
}
