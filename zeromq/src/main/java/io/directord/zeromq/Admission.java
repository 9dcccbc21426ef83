package io.directord.zeromq;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Paces the handshakes of a socket. When thousands connect at once, each waits for its turn before
 * anything is said to it, so that a handshake that has begun is done within about half a second: a
 * peer that has to wait in the middle gives up, and what was done for it is lost.
 *
 * <p>So many may be under way as keep the library's thread from falling behind: more while it is on
 * time, fewer when it is late. A handshake counts for half a second at most, since one that waits
 * for its peer costs nothing; so strangers who say nothing hold nobody up for longer. Those who
 * wait are taken in turns by address, since many strangers may come from one.
 *
 * <p>Belongs to the library's thread.
 *
 * @param <W> what waits
 */
public final class Admission<W> {
  private static final int MIN_UNDER_WAY = 32;
  private static final int MAX_UNDER_WAY = 8192;

  /** A thread that is later than this has too much to do at once. */
  private static final long LATE_NANOS = 100_000_000;

  private static final long COUNTED_NANOS = 500_000_000;

  /** The part of an IPv6 address that one site has for itself. */
  private static final int SITE_BYTES = 8;

  private final Map<Object, Deque<W>> waiting = new LinkedHashMap<>();
  private final Map<Object, Long> underWay = new LinkedHashMap<>();
  private int limit = 2 * MIN_UNDER_WAY;

  /**
   * Whose turn it is that one waits for.
   *
   * @return equal for addresses that are taken for one peer
   */
  static Object origin(InetAddress address) {
    return address instanceof Inet6Address
        ? ByteBuffer.wrap(address.getAddress(), 0, SITE_BYTES)
        : address;
  }

  /** A connection was accepted; {@link #next} returns it when it is its turn. */
  public void arrived(InetAddress address, W connection) {
    waiting.computeIfAbsent(origin(address), from -> new ArrayDeque<>()).add(connection);
  }

  public boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /**
   * The next that may begin, which waits no longer; null if there is none.
   *
   * @param now as {@link System#nanoTime}
   */
  public W next(long now) {
    Iterator<Long> begun = underWay.values().iterator();
    while (begun.hasNext() && now - begun.next() > COUNTED_NANOS) {
      begun.remove();
    }
    return waiting.isEmpty() || underWay.size() >= limit ? null : take();
  }

  private W take() {
    Map.Entry<Object, Deque<W>> first = waiting.entrySet().iterator().next();
    W next = first.getValue().remove();
    waiting.remove(first.getKey());
    if (!first.getValue().isEmpty()) {
      waiting.put(first.getKey(), first.getValue());
    }
    return next;
  }

  /**
   * A handshake begins.
   *
   * @param handshake known by this to {@link #over}
   */
  public void begun(Object handshake, long now) {
    underWay.put(handshake, now);
  }

  /**
   * A handshake is over.
   *
   * @param made whether the connection is made
   */
  public void over(Object handshake, boolean made) {
    if (underWay.remove(handshake) != null && made && !waiting.isEmpty()) {
      limit = Math.min(MAX_UNDER_WAY, limit + 1);
    }
  }

  /** The library's thread did something that much later than it was to. */
  public void late(long nanos) {
    if (nanos > LATE_NANOS) {
      limit = Math.max(MIN_UNDER_WAY, limit / 2);
    }
  }

  /** Takes out those that wait and are of that kind. */
  public List<W> remove(Predicate<W> kind) {
    List<W> removed = new ArrayList<>();
    for (Deque<W> queue : waiting.values()) {
      queue.removeIf(one -> kind.test(one) && removed.add(one));
    }
    waiting.values().removeIf(Deque::isEmpty);
    return removed;
  }
}
