package io.directord.client.lane;

import io.directord.common.job.Job;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** The locks that verbs of this node share, by name. */
final class NodeLocks {
  /** What {@code --force-lock} takes; verbs' own locks have other names. */
  private static final String NODE = "";

  private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();

  /** Who holds a lock, by its name. */
  private final Map<String, Job> holders = new ConcurrentHashMap<>();

  /** Which lock a job waits for, by the job's id. */
  private final Map<UUID, String> wanted = new ConcurrentHashMap<>();

  /**
   * What a job waits for.
   *
   * @param lock its name; empty for that of the node
   * @param holder null if it has just been released
   */
  record Wait(String lock, Job holder) {}

  /** The lock that the job waits for; null if it waits for none. */
  Wait waitOf(UUID job) {
    String lock = wanted.get(job);
    return lock == null ? null : new Wait(lock, holders.get(lock));
  }

  /** Locks held by a job; may be released by any thread, more than once. */
  final class Held implements AutoCloseable {
    private final Job job;
    private final Deque<String> held = new ArrayDeque<>();

    private Held(Job job) {
      this.job = job;
    }

    private void take(String name) throws InterruptedException {
      wanted.put(job.id(), name);
      try {
        locks.computeIfAbsent(name, n -> new Semaphore(1)).acquire();
      } finally {
        wanted.remove(job.id());
      }
      holders.put(name, job);
      held.push(name);
    }

    @Override
    public synchronized void close() {
      for (String name : held) {
        holders.remove(name, job);
        locks.get(name).release();
      }
      held.clear();
    }
  }

  /**
   * Waits for what the job needs, the node's lock always first, to avoid deadlocks.
   *
   * @param own the verb's, or null
   */
  Held take(Job job, String own) throws InterruptedException {
    Held held = new Held(job);
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
