package io.directord.server.link.zeromq;

import java.util.concurrent.locks.LockSupport;

/**
 * Batches the work of a busy thread: waking up costs more than a message, so its rate is limited.
 * An idle thread is woken at once. Belongs to one thread.
 */
final class Pacing {
  private final long nanos;
  private long last = System.nanoTime();

  /**
   * @param nanos minimum interval between two wake-ups
   */
  Pacing(long nanos) {
    this.nanos = nanos;
  }

  /** Must be called before work begins; waits if the last work began within the interval. */
  void pause() {
    long left = last + nanos - System.nanoTime();
    if (left > 0) {
      LockSupport.parkNanos(left);
    }
    last = System.nanoTime();
  }
}
