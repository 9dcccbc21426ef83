package io.directord.server.api;

import io.directord.common.api.Event;
import io.directord.common.json.Json;
import io.directord.server.access.Caller;
import io.directord.server.api.Missing.Loss;
import io.directord.server.memory.MemoryBudget.Share;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The memory of all that waits for those who read: events for followers, each encoded once for all
 * of them, and replies. When it is used up, it is taken from followers that have read nothing for a
 * while. Thread-safe; no lock of a follower may be held by who calls it.
 */
final class ReaderMemory {
  /** Memory may be taken from a follower that has read nothing for this time. */
  private static final long STALLED_NANOS = 2_000_000_000L;

  /** Pause after a search of all followers that found no memory to take. */
  private static final long LOOK_NANOS = 100_000_000;

  /** The largest event may take this part of all memory, so that a few cannot take all of it. */
  private static final int PARTS = 8;

  private static final int PARTS_FOR_REPLIES = 2;

  private final Share share;
  private final AtomicLong repliesOfOthers = new AtomicLong();
  private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
  private final Object making = new Object();
  private Event last;
  private EncodedEvent encoded;
  private Event lastWeighed;
  private Loss loss;
  private long textBytes;
  private volatile long lookAgainAt = System.nanoTime();

  /** One that memory can be taken from. */
  interface Follower {
    /** Since when, by {@link System#nanoTime}, it has taken nothing of what waits for it. */
    long waitsSince();

    /** Drops the events that wait for it; it is told that they are missing. */
    void forget();

    /** Ends it if it has read a part of an event only, which holds memory; else does nothing. */
    void cut();
  }

  ReaderMemory(Share share) {
    this.share = share;
  }

  /**
   * Bytes that nobody has reserved. Who holds no more than that leaves as much to others: one alone
   * may hold half of all, two a third each.
   */
  long free() {
    return share.limit() - share.reserved();
  }

  /** Maximum memory of one event, in bytes. */
  long largest() {
    return share.limit() / PARTS;
  }

  void add(Follower follower) {
    followers.add(follower);
  }

  void remove(Follower follower) {
    followers.remove(follower);
  }

  /** The event for one more follower, to be released by it; null if there is no memory for it. */
  EncodedEvent encode(Event event) {
    EncodedEvent known = known(event);
    if (known != null) {
      return known;
    }
    if (textBytes(event) > largest()) {
      return null;
    }
    byte[] json = Json.bytes(event);
    long bytes = EncodedEvent.weight(json);
    if (bytes > largest() || !reserve(bytes)) {
      return null;
    }
    return remembered(event, new EncodedEvent(json, () -> release(bytes)));
  }

  /** What it is to go without an event: found out once for all followers. */
  synchronized Loss loss(Event event) {
    if (event != lastWeighed) {
      weigh(event);
    }
    return loss;
  }

  /** What the event's texts take as JSON: found out once for all followers. */
  synchronized long textBytes(Event event) {
    if (event != lastWeighed) {
      weigh(event);
    }
    return textBytes;
  }

  private void weigh(Event event) {
    lastWeighed = event;
    loss = Loss.of(event);
    textBytes = EncodedEvent.textBytes(event);
  }

  /** The dispatcher tells one follower after the other of the same event. */
  private synchronized EncodedEvent known(Event event) {
    return event == last && encoded.retain() ? encoded : null;
  }

  private synchronized EncodedEvent remembered(Event event, EncodedEvent fresh) {
    last = event;
    encoded = fresh;
    return fresh;
  }

  /**
   * Makes what is large, while nobody else does: until it is made, it takes several times the
   * memory that it takes then, which nobody knows before.
   */
  byte[] oneByOne(Supplier<byte[]> large) {
    synchronized (making) {
      return large.get();
    }
  }

  /**
   * Reserves memory, if need be by taking it from followers that do not read.
   *
   * @return whether it was reserved, and must be released
   */
  boolean reserve(long bytes) {
    if (share.tryReserve(bytes)) {
      return true;
    }
    takeFromStalled(bytes);
    return share.tryReserve(bytes);
  }

  /**
   * Reserves memory for a reply, which nothing gives back until its reader takes it. So those of
   * all but root and the server's own user leave half of the memory to others.
   *
   * @return whether it was reserved, and is to be given to {@link #releaseReply}
   */
  boolean reserveReply(Caller caller, long bytes) {
    if (caller.hasServersRights()) {
      return reserve(bytes);
    }
    if (repliesOfOthers.addAndGet(bytes) <= share.limit() / PARTS_FOR_REPLIES && reserve(bytes)) {
      return true;
    }
    repliesOfOthers.addAndGet(-bytes);
    return false;
  }

  void releaseReply(Caller caller, long bytes) {
    release(bytes);
    if (!caller.hasServersRights()) {
      repliesOfOthers.addAndGet(-bytes);
    }
  }

  void release(long bytes) {
    share.release(bytes);
  }

  /** Takes memory from followers that do not read, if little is left. */
  void makeRoom() {
    if (free() < largest()) {
      takeFromStalled(largest());
    }
  }

  /**
   * First what waits for them; then the one that has read nothing for longest is cut, whose memory
   * comes back a moment later.
   */
  private void takeFromStalled(long wanted) {
    long now = System.nanoTime();
    if (now - lookAgainAt < 0) {
      return;
    }
    List<Follower> stalled =
        followers.stream()
            .filter(follower -> now - follower.waitsSince() > STALLED_NANOS)
            .sorted(Comparator.comparingLong(follower -> follower.waitsSince() - now))
            .toList();
    for (Follower follower : stalled) {
      if (free() >= wanted) {
        return;
      }
      follower.forget();
    }
    if (free() < wanted) {
      lookAgainAt = now + LOOK_NANOS;
      if (!stalled.isEmpty()) {
        stalled.get(0).cut();
      }
    }
  }
}
