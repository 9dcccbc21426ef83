package io.directord.server.link;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Warns at most once a minute about each subject: at once, and of what comes within a minute after
 * that when the minute is over, with the number of times. Thread-safe.
 */
public final class MinuteLog implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  /** Maximum number of subjects, against invented ones. */
  private static final int MAX_SUBJECTS = 1000;

  /** What subjects beyond the maximum are counted as, together. */
  private static final String OTHERS = "others";

  private final System.Logger log;
  private final InstantSource clock;
  private final Executor afterPeriod;
  private final Map<String, Entry> entries = new HashMap<>();

  private static final class Entry {
    Instant said = Instant.MIN;
    long unsaid;

    /** Of the last that was not said. */
    String subject;

    String text;

    /** Also if the clock was set back since the last message. */
    boolean isDue(Instant now) {
      return said == Instant.MIN || now.isBefore(said) || !now.isBefore(said.plus(PERIOD));
    }
  }

  public MinuteLog(System.Logger log, InstantSource clock) {
    this(log, clock, CompletableFuture.delayedExecutor(PERIOD.toMillis(), TimeUnit.MILLISECONDS));
  }

  /**
   * @param afterPeriod runs what it is given when a minute has passed
   */
  MinuteLog(System.Logger log, InstantSource clock, Executor afterPeriod) {
    this.log = log;
    this.clock = clock;
    this.afterPeriod = afterPeriod;
  }

  /** Logs the subject and the text, or counts it until the minute is over. */
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
    Instant now = clock.instant();
    Entry entry = entry(subject + kind, now);
    entry.unsaid++;
    entry.subject = subject;
    entry.text = text;
    if (entry.isDue(now)) {
      say(entry, now);
    }
  }

  private Entry entry(String about, Instant now) {
    if (entries.size() >= MAX_SUBJECTS && !entries.containsKey(about)) {
      entries
          .values()
          .removeIf(entry -> entry.unsaid == 0 && entry.said.plus(PERIOD).isBefore(now));
    }
    boolean isKept = entries.size() < MAX_SUBJECTS || entries.containsKey(about);
    return entries.computeIfAbsent(isKept ? about : OTHERS, key -> new Entry());
  }

  private void say(Entry entry, Instant now) {
    String times = entry.unsaid == 1 ? "" : " (" + entry.unsaid + " times)";
    log.log(Level.WARNING, "{0}: {1}{2}", entry.subject, entry.text, times);
    entry.said = now;
    entry.unsaid = 0;
    entry.subject = null;
    entry.text = null;
    afterPeriod.execute(() -> sayRest(entry));
  }

  private synchronized void sayRest(Entry entry) {
    if (entry.unsaid > 0) {
      say(entry, clock.instant());
    }
  }

  /** Logs what has not been said yet; for the end of what it is about. */
  @Override
  public synchronized void close() {
    entries.values().forEach(this::sayRest);
  }
}
