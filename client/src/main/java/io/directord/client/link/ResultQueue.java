package io.directord.client.link;

import io.directord.client.journal.Journal;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Results being sent to the server, each until the server confirms that it is durable. A limited
 * number is in flight, so neither this node nor a slow network must hold all of them; the others
 * wait in the journal. Large ones are sent one at a time, as the server grants {@link Room}, and do
 * not delay small ones. Belongs to the link's thread.
 */
final class ResultQueue {
  private static final Logger LOG = System.getLogger(ResultQueue.class.getName());

  static final int MAX_UNDER_WAY = 1000;
  static final long MAX_BYTES_UNDER_WAY = 8 << 20;
  static final long AGAIN_NANOS = Duration.ofSeconds(30).toNanos();

  /** Limit of frames kept in memory; others are read from the journal again. */
  private static final long MAX_BYTES_WAITING = 2 << 20;

  private final Journal journal;
  private final Room room;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Map<UUID, List<byte[]>> waiting = new LinkedHashMap<>();
  private final Set<UUID> large = new LinkedHashSet<>();
  private final Map<UUID, Sent> underWay = new LinkedHashMap<>();
  private Large next;
  private long bytesWaiting;
  private long bytesUnderWay;

  private record Sent(long bytes, long atNanos) {}

  /** The large result whose turn it is. */
  private record Large(UUID job, List<byte[]> frames) {}

  ResultQueue(Journal journal, Room room, InstantSource clock, LongSupplier nanoTime) {
    this.journal = journal;
    this.room = room;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Queues a result, unless it is queued already.
   *
   * @param frames null to have them read from the journal
   */
  void add(UUID job, List<byte[]> frames) {
    if (waiting.containsKey(job) || large.contains(job) || underWay.containsKey(job)) {
      return;
    }
    long bytes = frames == null ? 0 : Frames.length(frames);
    boolean keep = frames != null && bytesWaiting + bytes <= MAX_BYTES_WAITING;
    waiting.put(job, keep ? frames : null);
    bytesWaiting += keep ? bytes : 0;
  }

  /** New connection: results in flight on the old one are sent again first. */
  void again() {
    Map<UUID, List<byte[]>> later = new LinkedHashMap<>(waiting);
    waiting.clear();
    underWay.keySet().forEach(job -> waiting.put(job, null));
    large.forEach(job -> waiting.put(job, null));
    waiting.putAll(later);
    large.clear();
    next = null;
    underWay.clear();
    bytesUnderWay = 0;
  }

  void durable(List<UUID> jobs) {
    for (UUID job : jobs) {
      List<byte[]> frames = waiting.remove(job);
      bytesWaiting -= frames == null ? 0 : Frames.length(frames);
      Sent sent = underWay.remove(job);
      bytesUnderWay -= sent == null ? 0 : sent.bytes;
      large.remove(job);
      next = next != null && next.job.equals(job) ? null : next;
    }
  }

  /** Whether it is large, and the server has been asked for room. */
  boolean waitsForRoom(UUID job) {
    return room.isAskedFor() && (large.contains(job) || next != null && next.job.equals(job));
  }

  /**
   * Sends results until the sender refuses.
   *
   * @return whether it never refused
   */
  boolean send(Predicate<List<byte[]>> sender) {
    long now = nanoTime.getAsLong();
    retry(now);
    return sendSmall(now, sender) && sendLarge(now, sender);
  }

  private boolean sendSmall(long now, Predicate<List<byte[]>> sender) {
    Iterator<Map.Entry<UUID, List<byte[]>>> results = waiting.entrySet().iterator();
    while (results.hasNext() && mayBeSent()) {
      Map.Entry<UUID, List<byte[]>> entry = results.next();
      UUID job = entry.getKey();
      List<byte[]> frames = entry.getValue() == null ? read(job) : entry.getValue();
      boolean isLarge = frames != null && Room.isLarge(frames);
      if (isLarge) {
        large.add(job);
        next = next == null ? new Large(job, frames) : next;
      } else if (frames != null) {
        if (!sender.test(frames)) {
          return false;
        }
        sent(job, frames, now);
      }
      bytesWaiting -= entry.getValue() == null ? 0 : Frames.length(frames);
      results.remove();
    }
    return true;
  }

  private boolean sendLarge(long now, Predicate<List<byte[]>> sender) {
    while (!large.isEmpty() && mayBeSent()) {
      if (next == null) {
        UUID job = large.iterator().next();
        next = new Large(job, read(job));
      }
      if (next.frames != null) {
        if (!room.send(next.frames, sender)) {
          return room.isAskedFor();
        }
        sent(next.job, next.frames, now);
      }
      large.remove(next.job);
      next = null;
    }
    return true;
  }

  private boolean mayBeSent() {
    return underWay.size() < MAX_UNDER_WAY && bytesUnderWay < MAX_BYTES_UNDER_WAY;
  }

  private void sent(UUID job, List<byte[]> frames, long now) {
    long bytes = Frames.length(frames);
    underWay.put(job, new Sent(bytes, now));
    bytesUnderWay += bytes;
  }

  /** Time at which results are due without another event. */
  long nanosUntilDue(long now) {
    if (underWay.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return Math.max(0, underWay.values().iterator().next().atNanos + AGAIN_NANOS - now);
  }

  boolean hasWaiting() {
    return !waiting.isEmpty() || !large.isEmpty();
  }

  private void retry(long now) {
    Iterator<Map.Entry<UUID, Sent>> oldest = underWay.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<UUID, Sent> entry = oldest.next();
      if (now - entry.getValue().atNanos < AGAIN_NANOS) {
        return;
      }
      LOG.log(Level.DEBUG, "job {0}: its result is sent again", entry.getKey());
      oldest.remove();
      bytesUnderWay -= entry.getValue().bytes;
      waiting.put(entry.getKey(), null);
    }
  }

  /** If the journal cannot read it, the server is sent that error. */
  private List<byte[]> read(UUID job) {
    try {
      return journal.result(job);
    } catch (IOException e) {
      String info =
          "the job ended, but this node cannot read its result any more: " + IoErrors.sayWhere(e);
      LOG.log(Level.ERROR, "job {0}: {1}", job, info);
      Outcome lost = new Outcome.Failed(Outcome.Reason.ERROR, info);
      NodeResult result = NodeResult.withoutRun(job, lost, clock.instant());
      return NodeCodec.encode(new NodeMessage.Ended(null, result)).toBytes();
    }
  }
}
