package io.directord.server.memory;

/**
 * The memory for messages of nodes, from before they are received until their effects are
 * committed. Large messages may take most of it, never all, so that small ones always get through.
 * Thread-safe.
 */
public final class ResultMemory {
  /**
   * Factor between the length of a message on the wire and the memory for decoding it: frames,
   * fields, and their text at two bytes a character.
   */
  private static final int COPIES = 4;

  /** Overhead of a message. */
  private static final int MESSAGE_BYTES = 600;

  /** Reserve for small messages. */
  private static final long SMALL_BYTES = 64 << 10;

  private final MemoryBudget.Share share;
  private final long forLarge;
  private final MemoryBudget.Share answers;

  public ResultMemory(MemoryBudget budget) {
    this.share = budget.share(MemoryBudget.Use.RESULTS);
    this.answers = budget.share(MemoryBudget.Use.ANSWERS);
    this.forLarge = share.limit() / 4 * 3;
  }

  /**
   * Reserves memory for a large message before it is sent. A message above the limit is accepted
   * only alone.
   *
   * @param bytes on the wire
   * @return the reserved memory; 0 if there is not enough
   */
  public long reserveLarge(long bytes) {
    long needed = Math.min(needed(bytes), forLarge);
    synchronized (share) {
      boolean enough = share.reserved() + needed <= forLarge && share.tryReserve(needed);
      return enough ? needed : 0;
    }
  }

  /**
   * Reserves memory for a small message that has arrived.
   *
   * @return the reserved memory; 0 if there is not enough, see {@link #hasRoom}
   */
  public long reserve(long bytes) {
    long needed = Math.min(needed(bytes), share.limit());
    return share.tryReserve(needed) ? needed : 0;
  }

  private static long needed(long bytes) {
    return COPIES * bytes + MESSAGE_BYTES;
  }

  /** Whether a small message may be received. */
  public boolean hasRoom() {
    return share.reserved() + SMALL_BYTES <= share.limit();
  }

  /** Whether so much is in use that messages should wait at their senders. */
  public boolean isTight() {
    return share.reserved() > share.limit() / 2;
  }

  /** For what nodes have answered to queries, until it is handed out. */
  public MemoryBudget.Share answers() {
    return answers;
  }

  /** Gives back what a call returned; 0 does nothing. */
  public void release(long reserved) {
    share.release(reserved);
  }
}
