package io.directord.server.link.zeromq;

import java.util.concurrent.locks.LockSupport;

/**
 * Lets a busy thread's work come together: waking up costs more than a message does, so it happens
 * at most so often. Who is idle is woken at once. Belongs to one thread.
 */
final class Pacing {
  private final long nanos;
  private long last = System.nanoTime();

  /**
   * @param nanos between two beginnings of work
   */
  Pacing(long nanos) {
    this.nanos = nanos;
  }

  /** To be called before work begins; returns at once if it did not begin just now. */
  void pause() {
    long left = last + nanos - System.nanoTime();
    if (left > 0) {
      LockSupport.parkNanos(left);
    }
    last = System.nanoTime();
  }
}
