package io.directord.server.link.zeromq;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What other threads hand to a socket's thread, which takes all of it at once. */
public final class Handover<T> {
  private final Runnable wake;
  private List<T> waiting = new ArrayList<>();

  /**
   * @param wake tells the socket's thread that there is something
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

  /** All that there is, in order. */
  public synchronized List<T> take() {
    List<T> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }
}
