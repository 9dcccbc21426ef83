package io.directord.server.dispatch;

import java.util.ArrayList;
import java.util.List;

/** Hands messages of many threads to one, many at a time, in bounded memory. */
final class Inbox<T> {
  private final long maxBytes;
  private List<T> waiting = new ArrayList<>();
  private long bytes;

  /**
   * @param maxBytes of what is offered; what is put is not counted
   */
  Inbox(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes the message, unless too much is waiting already. */
  synchronized boolean offer(T message, int weight) {
    if (bytes + weight > maxBytes && bytes > 0) {
      return false;
    }
    bytes += weight;
    put(message);
    return true;
  }

  /** Takes the message in any case. */
  synchronized void put(T message) {
    waiting.add(message);
    if (waiting.size() == 1) {
      notifyAll();
    }
  }

  /** All messages, as soon as there is one; none if the time is up. */
  synchronized List<T> take(long millis) throws InterruptedException {
    if (waiting.isEmpty()) {
      wait(millis);
    }
    List<T> taken = waiting;
    waiting = new ArrayList<>();
    bytes = 0;
    return taken;
  }
}
