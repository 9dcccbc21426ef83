package io.directord.server.content;

import io.directord.server.link.ContentTaker;
import io.directord.server.memory.MemoryBudget.Share;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * Chunks of contents in memory. Each is read once for all requests at about the same time, by one
 * of a few readers, and counts against the memory for transfers until the last user has released
 * it. A few unused ones are cached. When the memory is used up, requests wait. Thread-safe.
 */
final class Chunks {
  /** Number of readers, enough to keep disk and processors busy. */
  static final int READERS = 3;

  private static final long MAX_UNUSED_BYTES = 16L << 20;

  /** Overhead of a chunk. */
  private static final int OBJECT_BYTES = 300;

  private final Share memory;
  private final Executor executor;

  private final Map<Key, Chunk> all = new HashMap<>();

  /** Unused chunks, the least recently used first. */
  private final Map<Key, Chunk> unused = new LinkedHashMap<>();

  private final Map<Key, Reading> readings = new HashMap<>();
  private final Queue<Reading> waiting = new ArrayDeque<>();
  private long unusedBytes;
  private int reading;
  private boolean outOfMemory;

  /**
   * The key of a chunk.
   *
   * @param at its position, or its number if it is sealed
   * @param plainBytes maximum length if it is not sealed; 0 if it is
   */
  record Key(UUID jobId, String sha256, long at, int plainBytes) {}

  /** Reads a chunk; called on a reader's thread. */
  interface Read {
    byte[] bytes() throws IOException;
  }

  private static final class Chunk {
    final Key key;
    final byte[] bytes;
    final long weight;
    int users;

    Chunk(Key key, byte[] bytes, long weight, int users) {
      this.key = key;
      this.bytes = bytes;
      this.weight = weight;
      this.users = users;
    }
  }

  private static final class Reading {
    final Key key;
    final long weight;
    final Read read;
    final List<ContentTaker> takers = new ArrayList<>();
    boolean forgotten;

    Reading(Key key, long weight, Read read) {
      this.key = key;
      this.weight = weight;
      this.read = read;
    }
  }

  /**
   * @param memory for all chunks together
   * @param executor runs up to {@link #READERS} tasks that block on the disk
   */
  Chunks(Share memory, Executor executor) {
    this.memory = memory;
    this.executor = executor;
  }

  /**
   * Requests a chunk.
   *
   * @param bytes its maximum length
   * @param read reads it, if it is not in memory
   */
  void take(Key key, int bytes, Read read, ContentTaker taker) {
    Chunk chunk;
    synchronized (this) {
      chunk = all.get(key);
      if (chunk == null) {
        readings.computeIfAbsent(key, k -> queued(k, bytes, read)).takers.add(taker);
      } else {
        use(chunk);
      }
    }
    if (chunk == null) {
      readSome();
    } else {
      hand(chunk, taker);
    }
  }

  private Reading queued(Key key, int bytes, Read read) {
    Reading queued = new Reading(key, Math.min(bytes + OBJECT_BYTES, memory.limit()), read);
    waiting.add(queued);
    return queued;
  }

  private void use(Chunk chunk) {
    if (chunk.users++ == 0 && unused.remove(chunk.key) != null) {
      unusedBytes -= chunk.weight;
    }
  }

  private void hand(Chunk chunk, ContentTaker taker) {
    taker.taken(chunk.bytes, () -> release(chunk));
  }

  private void readSome() {
    for (Reading next = begin(); next != null; next = begin()) {
      Reading begun = next;
      executor.execute(() -> read(begun));
    }
  }

  /** The next chunk to read; null if there is none, or no free reader or memory. */
  private synchronized Reading begin() {
    outOfMemory = !waiting.isEmpty() && reading < READERS && !reserve(waiting.peek().weight);
    if (outOfMemory || waiting.isEmpty() || reading == READERS) {
      return null;
    }
    reading++;
    return waiting.remove();
  }

  private boolean reserve(long bytes) {
    Iterator<Chunk> oldest = unused.values().iterator();
    while (!memory.tryReserve(bytes)) {
      if (!oldest.hasNext()) {
        return false;
      }
      drop(oldest);
    }
    return true;
  }

  private void drop(Iterator<Chunk> next) {
    Chunk chunk = next.next();
    next.remove();
    all.remove(chunk.key);
    unusedBytes -= chunk.weight;
    memory.release(chunk.weight);
  }

  private void read(Reading begun) {
    byte[] bytes = null;
    IOException failure = null;
    try {
      bytes = begun.read.bytes();
    } catch (IOException e) {
      failure = e;
    }
    Chunk chunk = bytes == null ? null : new Chunk(begun.key, bytes, begun.weight, 0);
    end(begun, chunk);
    for (ContentTaker taker : begun.takers) {
      if (chunk == null) {
        taker.failed(failure);
      } else {
        hand(chunk, taker);
      }
    }
    readSome();
  }

  private synchronized void end(Reading begun, Chunk chunk) {
    reading--;
    readings.remove(begun.key, begun);
    if (chunk == null) {
      memory.release(begun.weight);
      return;
    }
    chunk.users = begun.takers.size();
    if (!begun.forgotten) {
      all.put(chunk.key, chunk);
    }
  }

  private void release(Chunk chunk) {
    synchronized (this) {
      chunk.users--;
      if (chunk.users > 0) {
        return;
      }
      if (all.get(chunk.key) == chunk) {
        unused.put(chunk.key, chunk);
        unusedBytes += chunk.weight;
        Iterator<Chunk> oldest = unused.values().iterator();
        while (unusedBytes > MAX_UNUSED_BYTES) {
          drop(oldest);
        }
      } else {
        memory.release(chunk.weight);
      }
      if (waiting.isEmpty()) {
        return;
      }
    }
    readSome();
  }

  /** Drops the chunks of a job that has ended; those in use are released by their users. */
  synchronized void forget(UUID jobId) {
    for (Iterator<Chunk> chunks = unused.values().iterator(); chunks.hasNext(); ) {
      Chunk chunk = chunks.next();
      if (chunk.key.jobId().equals(jobId)) {
        chunks.remove();
        unusedBytes -= chunk.weight;
        memory.release(chunk.weight);
      }
    }
    all.keySet().removeIf(key -> key.jobId().equals(jobId));
    for (Reading begun : readings.values()) {
      begun.forgotten |= begun.key.jobId().equals(jobId);
    }
  }

  /** Whether a request waits for memory. */
  synchronized boolean isOutOfMemory() {
    return outOfMemory;
  }
}
