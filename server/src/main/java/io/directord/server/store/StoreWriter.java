package io.directord.server.store;

import io.directord.common.loop.Loop;
import io.directord.server.time.Clocks;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The one thread that changes the store. The first group after a quiet moment is committed at once;
 * groups that arrive during or soon after a write are committed together, which amortizes syncs
 * under load. A failing store, for example with a full disk, is retried until it succeeds.
 *
 * @param <T> marker that is returned when a group is committed
 */
public final class StoreWriter<T> implements Loop {
  private static final System.Logger LOG = System.getLogger(StoreWriter.class.getName());

  /** Limit of uncommitted bytes; beyond it {@link #write} blocks. */
  private static final long MAX_WAITING_BYTES = Runtime.getRuntime().maxMemory() / 8;

  /** Maximum size of groups committed together, which are in memory several times. */
  private static final long MAX_TOGETHER_BYTES = StoreTables.MAX_LOG_BYTES;

  /** Minimum interval between commits. */
  private static final long GAP_NANOS = Duration.ofMillis(20).toNanos();

  /** Pause before a failed commit is retried. */
  private static final long RETRY_MILLIS = 1000;

  /** Interval of the check whether that pause has passed. */
  private static final long LOOK_MILLIS = 50;

  /** Interval of the check for removed files. */
  private static final long UPKEEP_MILLIS = 1000;

  private final JobStore store;
  private final Clocks clocks;
  private final Consumer<List<T>> committed;
  private final Runnable lost;
  private final Deque<Group<T>> groups = new ArrayDeque<>();

  /** To be done between two commits. */
  private final Deque<Runnable> between = new ArrayDeque<>();

  /** Receives what is committed; null if nobody does. */
  private Consumer<List<Change>> copied;

  private long waitingBytes;
  private boolean stopped;
  private volatile String trouble;
  private long committedAt;

  private record Group<T>(List<Change> changes, T marker, long weight) {}

  /**
   * @param clocks decide when a failed commit is retried, and how long changes are gathered
   * @param committed receives the markers of committed groups, in order, on the writer's thread
   * @param lost called there when the store has lost something while it was in use
   */
  public StoreWriter(JobStore store, Clocks clocks, Consumer<List<T>> committed, Runnable lost) {
    this.lost = lost;
    this.store = store;
    this.clocks = clocks;
    this.committedAt = clocks.pacing().getAsLong() - GAP_NANOS;
    this.committed = committed;
  }

  /** Why nothing can be committed at present; null if it can. For any thread. */
  public String trouble() {
    return trouble;
  }

  /** Enqueues a group; blocks only while too much is uncommitted and the store does not fail. */
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

  /**
   * Passes on all changes from now on, when they are committed, on the writer's thread. Returns
   * when everything that readers of the store see was committed before, or will be passed on.
   *
   * @param to must not throw; null to end it: then everything that readers have seen was passed on
   * @throws TimeoutException if the store cannot be written for so long
   */
  public void copy(Consumer<List<Change>> to, Duration timeout)
      throws InterruptedException, TimeoutException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    synchronized (this) {
      between.add(
          () -> {
            copied = to;
            done.complete(null);
          });
      notifyAll();
    }
    try {
      done.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends {@link #copy} without waiting for anything. */
  public synchronized void stopCopying() {
    between.add(() -> copied = null);
  }

  /** Ends the thread once all groups are committed. */
  @Override
  public synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** Writes what was handed over meanwhile. */
  @Override
  public boolean turn() {
    boolean goesOn = awaitWork();
    for (Runnable next = nextBetween(); next != null; next = nextBetween()) {
      next.run();
    }
    return goesOn && (hasWork() ? writeOnce() : upkeep());
  }

  private synchronized Runnable nextBetween() {
    return between.poll();
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

  /** Commits a batch; false if stopped before. */
  private boolean writeOnce() {
    List<Group<T>> together = takeGroups();
    List<Change> changes = together.stream().flatMap(group -> group.changes().stream()).toList();
    if (!changes.isEmpty() && !commit(changes)) {
      LOG.log(
          Level.ERROR,
          "what waited for {0} was not written: {1}. Nobody was told that it was kept; nodes give"
              + " their results again",
          store.location(),
          trouble);
      return false;
    }
    if (copied != null) {
      copied.accept(changes);
    }
    committed.accept(together.stream().map(Group::marker).toList());
    synchronized (this) {
      waitingBytes -= together.stream().mapToLong(Group::weight).sum();
      notifyAll();
    }
    return true;
  }

  /** The waiting groups up to the maximum size, at least one. */
  private synchronized List<Group<T>> takeGroups() {
    List<Group<T>> taken = new ArrayList<>();
    long bytes = 0;
    do {
      bytes += groups.element().weight();
      taken.add(groups.remove());
    } while (!groups.isEmpty() && bytes + groups.element().weight() <= MAX_TOGETHER_BYTES);
    return taken;
  }

  /** Retries until it succeeds; false if stopped meanwhile. */
  private boolean commit(List<Change> group) {
    List<Change> next = group;
    while (true) {
      committedAt = clocks.pacing().getAsLong();
      try {
        store.commit(next);
        recovered();
        return true;
      } catch (StoreException e) {
        // The store has them already.
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
    if (store.takeLoss()) {
      lost.run();
    }
    if (trouble != null) {
      LOG.log(Level.INFO, "the store {0} can be written again", store.location());
      trouble = null;
    }
  }

  private synchronized boolean pause() {
    try {
      long end = clocks.nanoTime().getAsLong() + TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
      while (!stopped && clocks.nanoTime().getAsLong() - end < 0) {
        wait(LOOK_MILLIS);
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
   * Waits for a group, for up to a second.
   *
   * @return false when no more groups will come
   */
  private synchronized boolean awaitWork() {
    try {
      if (groups.isEmpty() && between.isEmpty() && !stopped) {
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
    return committedAt + GAP_NANOS - clocks.pacing().getAsLong();
  }
}
