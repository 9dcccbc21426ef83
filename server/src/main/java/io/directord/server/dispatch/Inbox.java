package io.directord.server.dispatch;

import java.util.ArrayList;
import java.util.List;

/** A queue from many threads to one, which takes all messages at once. */
final class Inbox<T> {
  private List<T> waiting = new ArrayList<>();
  private boolean awake;

  /** Adds a message without waking the reader; see {@link #wake}. */
  synchronized void add(T message) {
    waiting.add(message);
  }

  /** Adds a message and wakes the reader. */
  synchronized void put(T message) {
    waiting.add(message);
    wake();
  }

  /** Wakes the reader. */
  synchronized void wake() {
    if (!awake && !waiting.isEmpty()) {
      awake = true;
      notifyAll();
    }
  }

  /** Waits until woken, or until the timeout; returns all messages. */
  synchronized List<T> take(long millis) throws InterruptedException {
    if (!awake) {
      wait(millis);
    }
    awake = false;
    List<T> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }
}
