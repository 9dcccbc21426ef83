package io.directord.client.lane;

import io.directord.common.job.Job;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The locks that verbs of this node share, by name. */
final class NodeLocks {
  /** What {@code --force-lock} takes; verbs' own locks have other names. */
  private static final String NODE = "";

  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  /** Locks that a job holds. */
  final class Held implements AutoCloseable {
    private final Deque<ReentrantLock> held = new ArrayDeque<>();

    private void take(String name) throws InterruptedException {
      ReentrantLock lock = locks.computeIfAbsent(name, n -> new ReentrantLock());
      lock.lockInterruptibly();
      held.push(lock);
    }

    @Override
    public void close() {
      held.forEach(ReentrantLock::unlock);
    }
  }

  /**
   * Waits for what the job needs, the node's lock always first so that no two wait in a circle.
   *
   * @param own the verb's, or null
   */
  Held take(Job job, String own) throws InterruptedException {
    Held held = new Held();
    try {
      if (job.forceLock()) {
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
