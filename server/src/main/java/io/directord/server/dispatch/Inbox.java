package io.directord.server.dispatch;

import java.util.ArrayList;
import java.util.List;

/** Hands messages of many threads to one, many at a time. */
final class Inbox<T> {
  private List<T> waiting = new ArrayList<>();
  private boolean awake;

  /** Takes the message; {@link #wake} makes it known. */
  synchronized void add(T message) {
    waiting.add(message);
  }

  /** Takes the message, and makes it known. */
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
    return taken;
  }
}
