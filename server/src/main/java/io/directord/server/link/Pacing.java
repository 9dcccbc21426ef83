package io.directord.server.link;

import java.util.concurrent.locks.LockSupport;

/**
 * Batches the work of a busy thread: waking up costs more than a message, so its rate is limited.
 * An idle thread is woken at once. Belongs to one thread.
 */
public final class Pacing {
  private final long nanos;
  private long last = System.nanoTime();

  /**
   * @param nanos minimum interval between two wake-ups
   */
  public Pacing(long nanos) {
    this.nanos = nanos;
  }

  /** Must be called before work begins; waits if the last work began within the interval. */
  public void pause() {
    long left = last + nanos - System.nanoTime();
    if (left > 0) {
      LockSupport.parkNanos(left);
    }
    last = System.nanoTime();
  }
}
