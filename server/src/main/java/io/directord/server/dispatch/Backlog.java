package io.directord.server.dispatch;

/**
 * The memory of the events that wait for followers which are catching up, all of them together.
 * Belongs to the dispatcher's thread.
 */
final class Backlog {
  /** A fiftieth of the heap. */
  static final long MAX_BYTES = Runtime.getRuntime().maxMemory() / 50;

  private final long limit;
  private long bytes;

  /**
   * @param limit in bytes
   */
  Backlog(long limit) {
    this.limit = limit;
  }

  /** Whether there is room; it is then taken, and must be given back. */
  boolean take(long more) {
    boolean fits = more <= limit - bytes;
    bytes += fits ? more : 0;
    return fits;
  }

  void giveBack(long less) {
    bytes -= less;
  }

  /** Bytes that are taken. */
  long bytes() {
    return bytes;
  }
}
