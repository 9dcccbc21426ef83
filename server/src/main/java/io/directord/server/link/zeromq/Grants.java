package io.directord.server.link.zeromq;

import io.directord.common.wire.Frames;
import io.directord.server.memory.ResultMemory;
import io.directord.zeromq.InboundConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/**
 * Grants memory for large messages: a node requests it before it sends one. Every node has at most
 * one such message in flight, so nodes take turns. A node that does not use its grant while others
 * wait is disconnected. Belongs to the socket's thread.
 */
final class Grants {
  private static final long MAX_BYTES =
      InboundConnection.sizeOf(Frames.MAX_NODE_MESSAGE_BYTES, Frames.MAX_FRAMES);

  private static final long GRACE_NANOS = Duration.ofSeconds(10).toNanos();

  /** Minimum speed of a node, after the grace period, while others wait. */
  private static final long MIN_BYTES_PER_SECOND = 32 << 10;

  private final ResultMemory memory;
  private final LongSupplier nanoTime;
  private final Map<ZeroMqAddress, Wanted> waiting = new LinkedHashMap<>();
  private final Map<ZeroMqAddress, Granted> granted = new HashMap<>();

  private record Wanted(InboundConnection connection, long bytes) {}

  private record Granted(InboundConnection connection, long bytes, long reserved, long atNanos) {}

  Grants(ResultMemory memory, LongSupplier nanoTime) {
    this.memory = memory;
    this.nanoTime = nanoTime;
  }

  /**
   * A node wants to send a large message.
   *
   * @param bytes size of its frames; 0 to withdraw the request
   */
  void wanted(ZeroMqAddress peer, InboundConnection connection, long bytes) {
    if (bytes < 0 || bytes > MAX_BYTES) {
      connection.end("it asks for room for a message of " + bytes + " bytes");
    } else if (bytes > 0) {
      waiting.put(peer, new Wanted(connection, bytes));
    } else if (connection.grant(0)) {
      gone(peer);
    }
  }

  /**
   * Grants requests in order, as memory permits.
   *
   * @param tell sends a grant to a node
   */
  void grant(ObjLongConsumer<ZeroMqAddress> tell) {
    Iterator<Map.Entry<ZeroMqAddress, Wanted>> next = waiting.entrySet().iterator();
    while (next.hasNext()) {
      Map.Entry<ZeroMqAddress, Wanted> entry = next.next();
      Wanted wanted = entry.getValue();
      if (granted.containsKey(entry.getKey())) {
        continue;
      }
      long reserved = memory.reserveLarge(wanted.bytes);
      if (reserved == 0) {
        break;
      }
      if (wanted.connection.grant(wanted.bytes)) {
        next.remove();
        granted.put(
            entry.getKey(),
            new Granted(wanted.connection, wanted.bytes, reserved, nanoTime.getAsLong()));
        tell.accept(entry.getKey(), wanted.bytes);
      } else {
        memory.release(reserved);
      }
    }
    if (!waiting.isEmpty()) {
      endIdle();
    }
  }

  /** Whether a node waits for memory. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** The large message of a node has arrived; returns its reservation. */
  long arrived(ZeroMqAddress peer) {
    Granted used = granted.remove(peer);
    return used == null ? 0 : used.reserved;
  }

  /** The peer is gone. */
  void gone(ZeroMqAddress peer) {
    waiting.remove(peer);
    memory.release(arrived(peer));
  }

  private void endIdle() {
    long now = nanoTime.getAsLong();
    for (Map.Entry<ZeroMqAddress, Granted> entry : List.copyOf(granted.entrySet())) {
      Granted grant = entry.getValue();
      long late = now - grant.atNanos - GRACE_NANOS;
      long due = (long) (late / 1e9 * MIN_BYTES_PER_SECOND);
      if (late > 0 && grant.connection.isGranted() && grant.connection.begun() < due) {
        grant.connection.end(
            "it was given room for a message of "
                + grant.bytes
                + " bytes and does not send it, while others wait");
        gone(entry.getKey());
      }
    }
  }
}
