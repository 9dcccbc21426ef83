package io.directord.server.memory;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The memory that data in flight may take, as a whole: a fixed share of the heap for each use, so
 * that no use can starve another. The rest of the heap is for the jobs and nodes themselves and for
 * what decoding takes. Code that holds such data reserves its size on the heap first, and releases
 * it afterwards.
 */
public final class MemoryBudget {

  /** The uses of memory, each with its share of the heap in percent. */
  public enum Use {
    /** Bodies of requests at the API, and their parsed form. */
    REQUESTS(15),
    /** Messages of nodes that are not yet handled, and results that are not yet committed. */
    RESULTS(20),
    /** Events that wait for followers, and replies that wait for their readers. */
    FOLLOWERS(15),
    /** Chunks of files on their way to and from nodes. */
    TRANSFERS(10),
    /** What nodes have answered to queries, until it is handed out. */
    ANSWERS(5);

    private final int percent;

    Use(int percent) {
      this.percent = percent;
    }
  }

  private final Map<Use, Share> shares = new EnumMap<>(Use.class);

  /**
   * @param heapBytes of the whole heap
   */
  public MemoryBudget(long heapBytes) {
    for (Use use : Use.values()) {
      shares.put(use, new Share(heapBytes / 100 * use.percent));
    }
  }

  /** The budget of the heap that this process may have at most. */
  public static MemoryBudget ofThisProcess() {
    return new MemoryBudget(Runtime.getRuntime().maxMemory());
  }

  public Share share(Use use) {
    return shares.get(use);
  }

  /** The memory of one use. Thread-safe. */
  public static final class Share {
    private final long limit;
    private final Map<String, Long> byOwner = new HashMap<>();
    private long reserved;

    private Share(long limit) {
      this.limit = limit;
    }

    /** Bytes that may be reserved at the same time. */
    public long limit() {
      return limit;
    }

    public synchronized long reserved() {
      return reserved;
    }

    /**
     * Reserves memory if there is enough.
     *
     * @return whether it was reserved, and must be released
     */
    public boolean tryReserve(long bytes) {
      return tryReserve(bytes, 0);
    }

    /**
     * Reserves memory if there is enough and so much is left for others.
     *
     * @return whether it was reserved, and must be released
     */
    public synchronized boolean tryReserve(long bytes, long left) {
      if (bytes > limit - left - reserved) {
        return false;
      }
      reserved += bytes;
      return true;
    }

    /**
     * Likewise, if the owner then has no more than its limit.
     *
     * @return whether it was reserved, and must be released for the owner
     */
    public synchronized boolean tryReserve(long bytes, long left, String owner, long ownerLimit) {
      long has = byOwner.getOrDefault(owner, 0L) + bytes;
      boolean fits = has <= ownerLimit && tryReserve(bytes, left);
      if (fits) {
        byOwner.put(owner, has);
      }
      return fits;
    }

    /** Releases memory that was reserved for an owner. */
    public synchronized void release(long bytes, String owner) {
      release(bytes);
      byOwner.computeIfPresent(owner, (name, has) -> has == bytes ? null : has - bytes);
    }

    /**
     * Releases reserved memory.
     *
     * @throws IllegalStateException if less was reserved
     */
    public synchronized void release(long bytes) {
      if (bytes > reserved) {
        throw new IllegalStateException(
            "released " + bytes + " bytes, but only " + reserved + " are reserved");
      }
      reserved -= bytes;
    }
  }
}
