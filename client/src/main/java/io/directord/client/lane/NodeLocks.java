package io.directord.client.lane;

import io.directord.common.job.Job;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** The locks that verbs of this node share, by name. */
final class NodeLocks {
  /** What {@code --force-lock} takes; verbs' own locks have other names. */
  private static final String NODE = "";

  private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();

  /** Locks held by a job; may be released by any thread, more than once. */
  final class Held implements AutoCloseable {
    private final Deque<Semaphore> held = new ArrayDeque<>();

    private void take(String name) throws InterruptedException {
      Semaphore lock = locks.computeIfAbsent(name, n -> new Semaphore(1));
      lock.acquire();
      held.push(lock);
    }

    @Override
    public synchronized void close() {
      held.forEach(Semaphore::release);
      held.clear();
    }
  }

  /**
   * Waits for what the job needs, the node's lock always first, to avoid deadlocks.
   *
   * @param own the verb's, or null
   */
  Held take(Job job, String own) throws InterruptedException {
    Held held = new Held();
    try {
      if (job.options().forceLock()) {
        held.take(NODE);
      }
      if (own != null) {
        held.take(own);
      }
      return held;
    } catch (InterruptedException e) {
      held.close();
      throw e;
    }
  }
}
