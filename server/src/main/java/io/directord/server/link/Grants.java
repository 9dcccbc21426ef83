package io.directord.server.link;

import io.directord.common.job.Span;
import io.directord.common.validation.Counted;
import io.directord.common.wire.Frames;
import io.directord.server.memory.ResultMemory;
import io.directord.zeromq.InboundConnection;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/**
 * Grants memory for large messages: a node requests it before it sends one. Every node has at most
 * one such message in flight, so nodes take turns: first who has wasted the fewest grants, of these
 * who was granted room the longest ago. A node that does not use its grant while others wait is
 * disconnected, and is granted nothing for a while. Belongs to the socket's thread.
 */
public final class Grants {
  private static final System.Logger LOG = System.getLogger(Grants.class.getName());

  private static final long MAX_BYTES =
      InboundConnection.sizeOf(Frames.MAX_NODE_MESSAGE_BYTES, Frames.MAX_FRAMES);

  /** Minimum speed of a node, after the grace period, while others wait. */
  private static final long MIN_BYTES_PER_SECOND = 32 << 10;

  /** Room that is given back sooner is not wasted. */
  private static final long SHORT_NANOS = Duration.ofSeconds(1).toNanos();

  /** How often who is held back is looked at again. */
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  /** Waiting that is worth a warning, and the time between two of them. */
  private static final long LONG_NANOS = Duration.ofSeconds(30).toNanos();

  private static final long WARNING_NANOS = Duration.ofMinutes(1).toNanos();

  private final ResultMemory memory;
  private final LongSupplier nanoTime;
  private final GrantHistory history = new GrantHistory();
  private final Map<LargeSender, Wanted> waiting = new LinkedHashMap<>();
  private final Map<LargeSender, Granted> granted = new HashMap<>();
  private LargeSender next;
  private long lookedAt;
  private long warnedAt;
  private boolean warned;

  private record Wanted(long bytes, long sinceNanos) {}

  private record Granted(long bytes, long reserved, long atNanos) {}

  public Grants(ResultMemory memory, LongSupplier nanoTime) {
    this.memory = memory;
    this.nanoTime = nanoTime;
  }

  /**
   * A node wants to send a large message.
   *
   * @param bytes size of its frames; 0 to withdraw the request
   */
  public void wanted(LargeSender peer, long bytes) {
    if (bytes < 0 || bytes > MAX_BYTES) {
      peer.endSoon("it asks for room for a message of " + bytes + " bytes");
    } else if (bytes > 0) {
      waiting.put(peer, new Wanted(bytes, nanoTime.getAsLong()));
      next = null;
    } else if (peer.grant(0)) {
      gone(peer);
    }
  }

  /**
   * Grants requests in turn, as memory permits.
   *
   * @param tell sends a grant to a node
   */
  public void grant(ObjLongConsumer<LargeSender> tell) {
    if (waiting.isEmpty()) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (now - lookedAt >= LOOK_NANOS) {
      next = null;
      lookedAt = now;
      warn(now);
    }
    Set<LargeSender> busy = new HashSet<>();
    for (next = next(busy, now); next != null; next = next(busy, now)) {
      Wanted wanted = waiting.get(next);
      long reserved = memory.reserveLarge(wanted.bytes);
      if (reserved == 0) {
        break;
      }
      if (next.grant(wanted.bytes)) {
        waiting.remove(next);
        granted.put(next, new Granted(wanted.bytes, reserved, now));
        history.granted(next, now);
        tell.accept(next, wanted.bytes);
      } else {
        memory.release(reserved);
        busy.add(next);
      }
      next = null;
    }
    if (!waiting.isEmpty()) {
      endIdle(now);
    }
  }

  private LargeSender next(Set<LargeSender> busy, long now) {
    return next != null
        ? next
        : waiting.keySet().stream()
            .filter(peer -> !granted.containsKey(peer) && !busy.contains(peer))
            .filter(peer -> !history.isHeldBack(peer, now))
            .min(
                Comparator.<LargeSender>comparingInt(history::rank)
                    .thenComparing(
                        peer -> history.nanosSinceGrant(peer, now), Comparator.reverseOrder()))
            .orElse(null);
  }

  private void warn(long now) {
    List<Map.Entry<LargeSender, Wanted>> late =
        waiting.entrySet().stream()
            .filter(entry -> now - entry.getValue().sinceNanos > LONG_NANOS)
            .filter(entry -> !history.isHeldBack(entry.getKey(), now))
            .toList();
    if (!late.isEmpty() && (!warned || now - warnedAt >= WARNING_NANOS)) {
      warned = true;
      warnedAt = now;
      LOG.log(
          Level.WARNING,
          "large results of {0} wait until there is memory for them, that of {1} for {2}: it is"
              + " used by {3} of others that are being sent, and by what is not stored yet",
          Counted.of(late.size(), "node"),
          late.get(0).getKey().host(),
          Span.text(Duration.ofNanos(now - late.get(0).getValue().sinceNanos)),
          Counted.of(granted.size(), "result"));
    }
  }

  /** Whether a node waits for memory. */
  public boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** The large message of a node has arrived; returns its reservation. */
  public long arrived(LargeSender peer) {
    Granted used = granted.remove(peer);
    if (used == null) {
      return 0;
    }
    history.used(peer);
    next = null;
    return used.reserved;
  }

  /** The peer is gone, or does not need room any more. */
  public void gone(LargeSender peer) {
    waiting.remove(peer);
    next = null;
    Granted unused = granted.remove(peer);
    if (unused != null) {
      memory.release(unused.reserved);
      long now = nanoTime.getAsLong();
      if (!waiting.isEmpty() && now - unused.atNanos > SHORT_NANOS) {
        history.wasted(peer, now);
      }
    }
  }

  private void endIdle(long now) {
    for (Map.Entry<LargeSender, Granted> entry : List.copyOf(granted.entrySet())) {
      Granted grant = entry.getValue();
      long late = now - grant.atNanos - history.grace(entry.getKey());
      long due = (long) (late / 1e9 * MIN_BYTES_PER_SECOND);
      if (late > 0 && entry.getKey().isGranted() && entry.getKey().begun() < due) {
        entry
            .getKey()
            .endSoon(
                "it was given room for a message of "
                    + grant.bytes
                    + " bytes and does not send it, while others wait");
        gone(entry.getKey());
      }
    }
  }
}
