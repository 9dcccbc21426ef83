package io.directord.client.link;

import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Messages of jobs that wait for the server: repeated until the server has confirmed them, and on
 * every connection, as long as they wait. Filled by the threads of jobs, emptied by the link's
 * thread.
 */
final class Waits {
  static final long AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

  private final LongSupplier nanoTime;
  private final Map<UUID, Wait> waiting = new ConcurrentHashMap<>();

  /** A job's message, and the time when it is due. */
  private static final class Wait {
    final NodeMessage.Waiting message;
    volatile long dueAt;
    volatile boolean noted;

    Wait(NodeMessage.Waiting message, long now) {
      this.message = message;
      this.dueAt = now;
    }

    long nanosUntilDue(long now) {
      return noted ? Long.MAX_VALUE : Math.max(0, dueAt - now);
    }
  }

  Waits(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void add(NodeMessage.Waiting message) {
    waiting.put(message.jobId(), new Wait(message, nanoTime.getAsLong()));
  }

  /** The job does not wait any more. */
  void remove(UUID job) {
    waiting.remove(job);
  }

  /** The server knows that the job waits. */
  void noted(UUID job) {
    Wait wait = waiting.get(job);
    if (wait != null) {
      wait.noted = true;
    }
  }

  /** Messages on an earlier connection may be lost. */
  void again() {
    long now = nanoTime.getAsLong();
    for (Wait wait : waiting.values()) {
      wait.noted = false;
      wait.dueAt = now;
    }
  }

  long nanosUntilDue(long now) {
    long due = Long.MAX_VALUE;
    for (Wait wait : waiting.values()) {
      due = Math.min(due, wait.nanosUntilDue(now));
    }
    return due;
  }

  /** Sends all due messages; returns whether all were sent. */
  boolean send(Predicate<List<byte[]>> sender) {
    long now = nanoTime.getAsLong();
    for (Wait wait : waiting.values()) {
      if (wait.nanosUntilDue(now) == 0) {
        if (!sender.test(NodeCodec.encode(wait.message).toBytes())) {
          return false;
        }
        wait.dueAt = now + AGAIN_NANOS;
      }
    }
    return true;
  }
}
