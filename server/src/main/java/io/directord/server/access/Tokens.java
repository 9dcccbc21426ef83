package io.directord.server.access;

import io.directord.common.security.Digests;
import io.directord.server.store.StoredToken;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The tokens that are durable, for whoever has to know at once who shows one. Thread-safe. */
public final class Tokens {
  /** So that programs which look for secrets in files find those of directord. */
  private static final String PREFIX = "directord_";

  /** Between a user and a digest; no name of a user or token has one. */
  static final String HOLDER = " ";

  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, StoredToken> byName = new ConcurrentHashMap<>();
  private final Map<String, StoredToken> byDigest = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  public Tokens(Collection<StoredToken> known) {
    known.forEach(this::put);
  }

  /** A new secret of 256 bits. */
  public static String newText() {
    return newText(PREFIX);
  }

  /** Likewise, behind another prefix. */
  static String newText(String prefix) {
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /** Slow hashing is for secrets that people make up. */
  public static String digest(String text) {
    return Digests.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The token of that text, be it expired. */
  public Optional<StoredToken> find(String text) {
    return Optional.ofNullable(byDigest.get(digest(text)));
  }

  /** The token of that name, be it expired. */
  public Optional<StoredToken> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The token of that digest, as long as it is not revoked, be it expired. */
  Optional<StoredToken> ofDigest(String sha256) {
    return Optional.ofNullable(byDigest.get(sha256));
  }

  /** All of them, by name. */
  public List<StoredToken> all() {
    return byName.values().stream().sorted(Comparator.comparing(StoredToken::name)).toList();
  }

  /**
   * The caller whose own something is that it asked for at that time: a token is known by its
   * digest too, so that another one of its name, later or earlier, is another holder.
   *
   * @param user as {@link Caller#user}
   */
  public String holder(String user, Instant since) {
    String name = new Caller(user, false).token();
    return name == null
        ? user
        : user
            + HOLDER
            + named(name)
                .filter(token -> !since.isBefore(token.createdAt()))
                .map(StoredToken::sha256)
                .orElse("");
  }

  /** The user of a {@link #holder}. */
  public static String user(String holder) {
    int end = holder.indexOf(HOLDER);
    return end < 0 ? holder : holder.substring(0, end);
  }

  /** Whether the token of that name may be used. */
  public boolean isValid(String name, Instant now) {
    return named(name).filter(token -> now.isBefore(token.expiresAt())).isPresent();
  }

  /** Called, on any thread, when a token is no longer valid: it must not block. */
  public void onDropped(Runnable listener) {
    listeners.add(listener);
  }

  /** A token is durable. */
  public void put(StoredToken token) {
    StoredToken before = byName.put(token.name(), token);
    if (before != null) {
      byDigest.remove(before.sha256());
    }
    byDigest.put(token.sha256(), token);
  }

  /** That a token was revoked is durable. */
  public void drop(String name) {
    StoredToken dropped = byName.remove(name);
    if (dropped != null) {
      byDigest.remove(dropped.sha256());
      listeners.forEach(Runnable::run);
    }
  }
}
