package io.directord.server.dispatch;

import java.util.ArrayList;
import java.util.List;

/** Hands messages of many threads to one, many at a time, in bounded memory. */
final class Inbox<T> {
  private final long maxBytes;
  private List<T> waiting = new ArrayList<>();
  private long bytes;
  private boolean awake;

  /**
   * @param maxBytes of what is offered; what is put is not counted
   */
  Inbox(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes the message, unless too much is waiting already; {@link #wake} makes it known. */
  synchronized boolean offer(T message, int weight) {
    if (bytes + weight > maxBytes && bytes > 0) {
      return false;
    }
    bytes += weight;
    waiting.add(message);
    return true;
  }

  /** Takes the message in any case, and makes it known. */
  synchronized void put(T message) {
    waiting.add(message);
    wake();
  }

  /** Makes known that there are messages. */
  synchronized void wake() {
    if (!awake && !waiting.isEmpty()) {
      awake = true;
      notifyAll();
    }
  }

  /** All messages, as soon as one was made known; those there are if the time is up. */
  synchronized List<T> take(long millis) throws InterruptedException {
    if (!awake) {
      wait(millis);
    }
    awake = false;
    List<T> taken = waiting;
    waiting = new ArrayList<>();
    bytes = 0;
    return taken;
  }
}
