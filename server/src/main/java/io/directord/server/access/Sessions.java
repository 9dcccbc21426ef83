package io.directord.server.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The logins of browsers, and the links that make one: in memory only, so that they end with the
 * server. Each has the rights of who made it, as these are at the time of a request, and ends with
 * that caller's token. The texts are secrets, of which the digests are kept. Thread-safe.
 */
public final class Sessions {
  /** How long a link may be used, once. */
  public static final Duration LINK_TIME = Duration.ofSeconds(60);

  /** How long a login lasts. */
  public static final Duration SESSION_TIME = Duration.ofHours(8);

  private static final String LINK_PREFIX = "directord_link_";
  private static final String SESSION_PREFIX = "directord_session_";

  /** Of both kinds each; when a caller has as many, its oldest one ends. */
  private static final int MAX_OF_A_CALLER = 20;

  private static final int MAX = 2000;

  private final LongSupplier nanoTime;
  private final Map<String, Entry> links = new LinkedHashMap<>();
  private final Map<String, Entry> sessions = new LinkedHashMap<>();

  /** A link or a login, until a time as of the clock. */
  private record Entry(String user, Identity identity, long endsAt) {}

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public Sessions(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The text of a new link for a caller. */
  public String newLink(Caller caller, Identity identity) {
    return add(links, LINK_PREFIX, caller, identity, LINK_TIME);
  }

  /** Whether a text is that of a link, be it used or too old. */
  public static boolean isLink(String text) {
    return text.startsWith(LINK_PREFIX);
  }

  /** Whom a link logs in; empty if it was used, is too old, or is none. */
  public Optional<Identity> ofLink(String text) {
    Entry entry;
    synchronized (links) {
      entry = links.get(Tokens.digest(text));
    }
    return entry == null || !isOpen(entry) ? Optional.empty() : Optional.of(entry.identity());
  }

  /** Voids a link; returns whether it could still be used. */
  public boolean use(String text) {
    synchronized (links) {
      Entry entry = links.remove(Tokens.digest(text));
      return entry != null && isOpen(entry);
    }
  }

  /** The text of a new login of a caller. */
  public String begin(Caller caller, Identity identity) {
    return add(sessions, SESSION_PREFIX, caller, identity, SESSION_TIME);
  }

  /** Who has logged in so; empty if it has ended, or is none. */
  public Optional<Identity> find(String text) {
    String digest = Tokens.digest(text);
    return now(digest).isEmpty() ? Optional.empty() : Optional.of(() -> now(digest));
  }

  /** Ends a login. */
  public void end(String text) {
    synchronized (sessions) {
      sessions.remove(Tokens.digest(text));
    }
  }

  private Optional<Caller> now(String digest) {
    Entry entry;
    synchronized (sessions) {
      entry = sessions.get(digest);
    }
    return entry == null || !isOpen(entry) ? Optional.empty() : entry.identity().now();
  }

  private boolean isOpen(Entry entry) {
    return entry.endsAt() - nanoTime.getAsLong() > 0;
  }

  private String add(
      Map<String, Entry> all, String prefix, Caller caller, Identity identity, Duration time) {
    String text = Tokens.newText(prefix);
    synchronized (all) {
      all.values().removeIf(entry -> !isOpen(entry) || entry.identity().now().isEmpty());
      long own = all.values().stream().filter(entry -> isOf(entry, caller)).count();
      String oldest =
          all.entrySet().stream()
              .filter(each -> own < MAX_OF_A_CALLER || isOf(each.getValue(), caller))
              .map(Map.Entry::getKey)
              .findFirst()
              .orElse(null);
      if (own >= MAX_OF_A_CALLER || all.size() >= MAX) {
        all.remove(oldest);
      }
      all.put(
          Tokens.digest(text),
          new Entry(caller.user(), identity, nanoTime.getAsLong() + time.toNanos()));
    }
    return text;
  }

  private static boolean isOf(Entry entry, Caller caller) {
    return entry.user().equals(caller.user());
  }
}
