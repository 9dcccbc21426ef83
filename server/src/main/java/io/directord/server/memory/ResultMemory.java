package io.directord.server.memory;

/**
 * The memory for what nodes say, from before it is received until what follows from it is
 * committed. Large messages may take most of it, never all, so that small ones always get through.
 * Thread-safe.
 */
public final class ResultMemory {
  /**
   * Times its length on the wire that a message takes while it is decoded: its frames, its fields,
   * and their text at two bytes a character.
   */
  private static final int COPIES = 4;

  /** What a message takes beside its bytes. */
  private static final int MESSAGE_BYTES = 600;

  /** Room that is left for more small messages, or there is none. */
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
   * Reserves memory for a large message before it is sent. One that would take more than large ones
   * may have at all is taken alone.
   *
   * @param bytes on the wire
   * @return what is reserved; 0 if there is not enough
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
   * @return what is reserved; 0 if there is not enough, which {@link #hasRoom} tells before
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

  /** Whether so much is in use that what can wait elsewhere should. */
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
