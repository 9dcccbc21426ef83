package io.directord.server.api;

import io.directord.server.access.Caller;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells operators who is refused because {@link UserShares} are used up: in the log once a minute
 * for each user, and among the server's warnings until nobody has been refused for a minute.
 * Thread-safe.
 */
final class ShareWarnings {
  private static final System.Logger LOG = System.getLogger(ShareWarnings.class.getName());
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  /** More are only counted together; nobody reads a longer list. */
  private static final int MAX_USERS = 10;

  private static final String ANY_OTHER = "any other user";

  private final LongSupplier nanoTime;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private static final class Entry {
    String why;
    long count;
    long unlogged;
    long lastAt;
    long loggedAt;
  }

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  ShareWarnings(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A caller was refused, for this reason. */
  synchronized void refused(Caller caller, String why) {
    long now = nanoTime.getAsLong();
    forgetOld(now);
    String user = caller.title();
    if (!entries.containsKey(user) && entries.size() >= MAX_USERS) {
      user = ANY_OTHER;
    }
    Entry entry = entries.get(user);
    boolean isDue = entry == null || now - entry.loggedAt >= MINUTE;
    if (entry == null) {
      entry = new Entry();
      entries.put(user, entry);
    }
    entry.why = why;
    entry.lastAt = now;
    entry.count++;
    entry.unlogged++;
    if (isDue) {
      LOG.log(Level.WARNING, "{0}", text(user, entry.unlogged, why));
      entry.unlogged = 0;
      entry.loggedAt = now;
    }
  }

  /** A sentence for each user that was refused within the last minute. */
  synchronized List<String> all() {
    forgetOld(nanoTime.getAsLong());
    return entries.entrySet().stream()
        .map(entry -> text(entry.getKey(), entry.getValue().count, entry.getValue().why))
        .toList();
  }

  private void forgetOld(long now) {
    entries.values().removeIf(entry -> now - entry.lastAt >= MINUTE);
  }

  private static String text(String user, long times, String why) {
    return user + " was refused " + (times == 1 ? "once" : times + " times") + ": " + why;
  }
}
