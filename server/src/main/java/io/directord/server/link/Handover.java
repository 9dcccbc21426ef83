package io.directord.server.link;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A queue from other threads to a socket's thread, which takes all items at once. */
public final class Handover<T> {
  private final Runnable wake;
  private List<T> waiting = new ArrayList<>();

  /**
   * @param wake wakes the socket's thread
   */
  public Handover(Runnable wake) {
    this.wake = wake;
  }

  /** Any thread may call it. */
  public void add(Collection<? extends T> more) {
    synchronized (this) {
      waiting.addAll(more);
    }
    wake.run();
  }

  /** All items, in order. */
  public synchronized List<T> take() {
    List<T> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }
}
