package io.directord.server.link;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Who has used the room that was granted, and who wasted it while others waited: a key at an
 * address counts as one, whatever identities it has, and so does an address, whatever keys it has.
 * Belongs to the socket's thread.
 */
final class GrantHistory {
  private static final long GRACE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long MIN_GRACE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long MAX_HOLD_NANOS = Duration.ofMinutes(10).toNanos();

  /** What has not been granted room for so long is forgotten. */
  private static final long KEPT_NANOS = Duration.ofHours(1).toNanos();

  private static final int MAX_KEPT = 1000;

  /** Beyond it, neither grace nor holding back changes. */
  private static final int MAX_WASTED = 16;

  private final Map<String, Use> uses = new HashMap<>();

  private static final class Use {
    int wasted;
    long wastedAt;
    long grantedAt;
  }

  void granted(LargeSender peer, long now) {
    use(key(peer), now).grantedAt = now;
    use(peer.origin(), now).grantedAt = now;
  }

  void used(LargeSender peer) {
    forgive(key(peer));
    forgive(peer.origin());
  }

  void wasted(LargeSender peer, long now) {
    count(key(peer), now);
    count(peer.origin(), now);
  }

  /** How much behind others it waits: the number of grants that it has wasted of late. */
  int rank(LargeSender peer) {
    return Math.max(wastedBy(key(peer)), wastedBy(peer.origin()));
  }

  /** Nanoseconds since it was last granted room; the maximum if it was not of late. */
  long nanosSinceGrant(LargeSender peer, long now) {
    Use use = uses.get(key(peer));
    return use == null ? Long.MAX_VALUE : now - use.grantedAt;
  }

  /** How long it may leave room unused while others wait, in nanoseconds. */
  long grace(LargeSender peer) {
    return Math.max(MIN_GRACE_NANOS, GRACE_NANOS >> rank(peer));
  }

  /** Whether it is granted nothing for a while, twice as long with every grant that it wastes. */
  boolean isHeldBack(LargeSender peer, long now) {
    Use use = uses.get(key(peer));
    return use != null
        && use.wasted > 0
        && now - use.wastedAt < Math.min(MAX_HOLD_NANOS, GRACE_NANOS << (use.wasted - 1));
  }

  private static String key(LargeSender peer) {
    return peer.credential().text() + " " + peer.origin();
  }

  private int wastedBy(String owner) {
    Use use = uses.get(owner);
    return use == null ? 0 : use.wasted;
  }

  private void count(String owner, long now) {
    Use use = use(owner, now);
    use.wasted = Math.min(MAX_WASTED, use.wasted + 1);
    use.wastedAt = now;
  }

  private void forgive(String owner) {
    Use use = uses.get(owner);
    if (use != null && use.wasted > 0) {
      use.wasted--;
    }
  }

  private Use use(String owner, long now) {
    if (uses.size() >= MAX_KEPT) {
      uses.values().removeIf(use -> now - use.grantedAt > KEPT_NANOS);
    }
    return uses.computeIfAbsent(owner, name -> new Use());
  }
}
