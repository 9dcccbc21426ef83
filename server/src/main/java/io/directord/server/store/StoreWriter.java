package io.directord.server.store;

import io.directord.common.loop.Loop;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread that changes the store. What comes after a quiet moment is committed at once;
 * groups that come while it writes, or soon after, are committed together the next time, so the
 * more there is to do, the less of it is waiting for the disk. A store that fails, since its disk
 * is full for example, is tried again until it takes what it was given.
 *
 * @param <T> what is handed back when a group is safe
 */
public final class StoreWriter<T> implements Loop {
  private static final System.Logger LOG = System.getLogger(StoreWriter.class.getName());

  /** Beyond this much that is not on the disk yet, {@link #write} waits. */
  private static final long MAX_WAITING_BYTES = Runtime.getRuntime().maxMemory() / 8;

  /** Groups are committed together up to this much: it lies in the memory several times then. */
  private static final long MAX_TOGETHER_BYTES = Tables.MAX_LOG_BYTES;

  /** From one commit to the next at least. */
  private static final long GAP_NANOS = Duration.ofMillis(20).toNanos();

  /** How long a store that failed is left alone before it is tried again. */
  private static final long RETRY_MILLIS = 1000;

  /** How soon is noticed that what was committed is kept no longer. */
  private static final long UPKEEP_MILLIS = 1000;

  private final JobStore store;
  private final Consumer<List<T>> committed;
  private final Deque<Group<T>> groups = new ArrayDeque<>();
  private long waitingBytes;
  private boolean stopped;
  private volatile String trouble;
  private long committedAt = System.nanoTime() - GAP_NANOS;

  private record Group<T>(List<Change> changes, T marker, long weight) {}

  /**
   * @param committed given the markers of groups that are safe, in order, on the writer's thread
   */
  public StoreWriter(JobStore store, Consumer<List<T>> committed) {
    this.store = store;
    this.committed = committed;
  }

  /** Why nothing can be written at present; null if it can. For any thread. */
  public String trouble() {
    return trouble;
  }

  /**
   * Hands over a group; waits only while far too much is waiting to be written, and the store does
   * not fail.
   */
  public void write(List<Change> group, T marker) throws InterruptedException {
    write(new Group<>(group, marker, weight(group)));
  }

  private synchronized void write(Group<T> group) throws InterruptedException {
    while (waitingBytes > MAX_WAITING_BYTES && !stopped && trouble == null) {
      wait();
    }
    waitingBytes += group.weight();
    groups.add(group);
    notifyAll();
  }

  /** Lets the thread end once what was handed over is written. */
  @Override
  public synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** Writes what was handed over meanwhile. */
  @Override
  public boolean turn() {
    return awaitWork() && (hasWork() ? writeOnce() : upkeep());
  }

  /** Nobody waits for it any more. */
  @Override
  public void end() {
    stop();
  }

  private synchronized boolean hasWork() {
    return !groups.isEmpty();
  }

  private boolean upkeep() {
    try {
      store.upkeep();
      recovered();
    } catch (StoreException e) {
      failed(e);
    }
    return true;
  }

  /** False if it was stopped before the store took it. */
  private boolean writeOnce() {
    List<Group<T>> together = takeGroups();
    List<Change> changes = together.stream().flatMap(group -> group.changes().stream()).toList();
    if (!changes.isEmpty() && !commit(changes)) {
      LOG.log(
          Level.ERROR,
          "the server ends, and {0} could not be written: {1}. Nobody was told that it was kept;"
              + " nodes give their results again",
          store.location(),
          trouble);
      return false;
    }
    committed.accept(together.stream().map(Group::marker).toList());
    synchronized (this) {
      waitingBytes -= together.stream().mapToLong(Group::weight).sum();
      notifyAll();
    }
    return true;
  }

  /** All that wait, if that is not too much at once; one in any case. */
  private synchronized List<Group<T>> takeGroups() {
    List<Group<T>> taken = new ArrayList<>();
    long bytes = 0;
    do {
      bytes += groups.element().weight();
      taken.add(groups.remove());
    } while (!groups.isEmpty() && bytes + groups.element().weight() <= MAX_TOGETHER_BYTES);
    return taken;
  }

  /** Tries until it succeeds; false if it is stopped meanwhile. */
  private boolean commit(List<Change> group) {
    List<Change> next = group;
    while (true) {
      committedAt = System.nanoTime();
      try {
        store.commit(next);
        recovered();
        return true;
      } catch (StoreException e) {
        // The store has them, and does not want them twice.
        next = List.of();
        failed(e);
      }
      if (!pause()) {
        return false;
      }
    }
  }

  private synchronized void failed(StoreException e) {
    if (trouble == null) {
      LOG.log(Level.ERROR, "{0}: it is tried again every second", e.getMessage());
    }
    trouble = e.getMessage();
    notifyAll();
  }

  private void recovered() {
    if (trouble != null) {
      LOG.log(Level.INFO, "the store {0} can be written again", store.location());
      trouble = null;
    }
  }

  private synchronized boolean pause() {
    try {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
      for (long left = end - System.nanoTime();
          left > 0 && !stopped;
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return !stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static long weight(List<Change> group) {
    return group.stream().mapToLong(Change::weight).sum();
  }

  /**
   * Waits for something to write, but not for longer than a second.
   *
   * @return false when there will be nothing more to write
   */
  private synchronized boolean awaitWork() {
    try {
      if (groups.isEmpty() && !stopped) {
        wait(UPKEEP_MILLIS);
      }
      if (groups.isEmpty()) {
        return !stopped;
      }
      for (long left = nanosOfGap();
          left > 0 && !stopped && waitingBytes < MAX_TOGETHER_BYTES;
          left = nanosOfGap()) {
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
