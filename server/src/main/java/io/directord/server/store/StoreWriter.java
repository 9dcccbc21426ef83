package io.directord.server.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread that changes the store. What comes after a quiet moment is committed at once;
 * groups that come while it writes, or soon after, are committed together the next time, so the
 * more there is to do, the less of it is waiting for the disk.
 *
 * @param <T> what is handed back when a group is safe
 */
public final class StoreWriter<T> implements Runnable {
  /** Beyond this much that is not on the disk yet, {@link #write} waits. */
  private static final long MAX_WAITING_BYTES = Runtime.getRuntime().maxMemory() / 8;

  /** From one commit to the next at least. */
  private static final long GAP_NANOS = Duration.ofMillis(20).toNanos();

  private final JobStore store;
  private final Consumer<List<T>> committed;
  private List<Change> changes = new ArrayList<>();
  private List<T> markers = new ArrayList<>();
  private long waitingBytes;
  private boolean stopped;
  private long committedAt = System.nanoTime() - GAP_NANOS;

  /**
   * @param committed given the markers of groups that are safe, in order, on the writer's thread
   */
  public StoreWriter(JobStore store, Consumer<List<T>> committed) {
    this.store = store;
    this.committed = committed;
  }

  /** Hands over a group; waits only while far too much is waiting to be written. */
  public synchronized void write(List<Change> group, T marker) throws InterruptedException {
    while (waitingBytes > MAX_WAITING_BYTES && !stopped) {
      wait();
    }
    waitingBytes += weight(group);
    changes.addAll(group);
    markers.add(marker);
    notifyAll();
  }

  /** Lets the thread end once what was handed over is written. */
  public synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /**
   * Writes until it is stopped; a {@link StoreException} ends it, and is for the caller to tell.
   */
  @Override
  public void run() {
    try {
      while (awaitWork()) {
        writeOnce();
      }
    } finally {
      stop();
    }
  }

  private void writeOnce() {
    List<Change> group;
    List<T> done;
    synchronized (this) {
      group = changes;
      done = markers;
      changes = new ArrayList<>();
      markers = new ArrayList<>();
    }
    if (!group.isEmpty()) {
      committedAt = System.nanoTime();
      store.commit(group);
    }
    committed.accept(done);
    synchronized (this) {
      waitingBytes -= weight(group);
      notifyAll();
    }
  }

  private static long weight(List<Change> group) {
    return group.stream().mapToLong(Change::weight).sum();
  }

  /** False when there will be nothing more to write. */
  private synchronized boolean awaitWork() {
    try {
      while (markers.isEmpty()) {
        if (stopped) {
          return false;
        }
        wait();
      }
      for (long left = nanosOfGap(); left > 0 && !stopped; left = nanosOfGap()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private long nanosOfGap() {
    return committedAt + GAP_NANOS - System.nanoTime();
  }
}
