package io.directord.server.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The stored contents, and how long each is kept after it was last requested: counted in rounds of
 * the collector, so that neither setting a clock nor a pause of the server ends a lease.
 * Thread-safe; never waits for the disk.
 */
final class Leases {
  /** Number of rounds that a content survives after it was last requested. */
  static final int ROUNDS = 6;

  /** Each with the round in which it was last requested. */
  private final Map<String, Integer> requested = new ConcurrentHashMap<>();

  private volatile int round;

  /** The content is stored from now on, or was stored again. */
  void begin(String sha256) {
    requested.put(sha256, round);
  }

  /** Whether the content is stored; if so, its lease begins anew. */
  boolean renew(String sha256) {
    return requested.computeIfPresent(sha256, (content, asked) -> round) != null;
  }

  boolean has(String sha256) {
    return requested.containsKey(sha256);
  }

  Set<String> all() {
    return requested.keySet();
  }

  /**
   * Ends a lease, whatever its age.
   *
   * @return whether there was one
   */
  boolean end(String sha256) {
    return requested.remove(sha256) != null;
  }

  /**
   * Begins the next round.
   *
   * @return contents whose time is over; {@link #endIfOver} ends their leases
   */
  List<String> nextRound() {
    round++;
    List<String> over = new ArrayList<>();
    requested.forEach(
        (sha256, asked) -> {
          if (isOver(asked)) {
            over.add(sha256);
          }
        });
    return over;
  }

  /**
   * Ends a lease, unless it was renewed meanwhile.
   *
   * @return whether it has ended now
   */
  boolean endIfOver(String sha256) {
    Integer asked = requested.get(sha256);
    return asked != null && isOver(asked) && requested.remove(sha256, asked);
  }

  private boolean isOver(int asked) {
    return round - asked > ROUNDS;
  }
}
