package io.directord.client.lane;

import io.directord.common.job.Outcome;
import io.directord.common.loop.Loop;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Watches all running jobs on one thread: reports a job as started once it has run for a moment,
 * ends it at its timeout, and abandons it if it does not end. Checks ten times a second while jobs
 * run, and sleeps otherwise, so that jobs need no timers. Tells once when nothing has run for a
 * while after work.
 */
final class Watchdog implements Loop {
  /** Shorter jobs only send their result. */
  static final Duration STARTED_AFTER = Duration.ofMillis(200);

  /**
   * Longer than ending the processes of a command takes; and short enough for an orderly stop of
   * the client.
   */
  static final Duration ABANDONED_AFTER = Duration.ofSeconds(6);

  /** Pause after which no further work is expected soon. */
  static final Duration IDLE_AFTER = Duration.ofSeconds(10);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A check this late means that the client was stopped, or its machine suspended. */
  private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Time after such a pause until ended jobs have been noticed. */
  private static final long CATCH_UP_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final LongSupplier nanoTime;
  private final Consumer<RunningJob> onStarted;
  private final Consumer<RunningJob> onStuck;
  private final Runnable onIdle;
  private final Map<UUID, RunningJob> running = new ConcurrentHashMap<>();
  private volatile Thread thread;
  private volatile boolean asleep;
  private volatile boolean stopped;

  /** Whether a job has begun since {@link #onIdle} was called. */
  private volatile boolean worked;

  private volatile long finishedAt;
  private long lookedAt;
  private long noTimeoutBefore;

  /**
   * @param onStuck called for a job that was told to end {@link #ABANDONED_AFTER} ago and is still
   *     running
   * @param onIdle called when nothing has run for {@link #IDLE_AFTER} since the last job
   */
  Watchdog(
      LongSupplier nanoTime,
      Consumer<RunningJob> onStarted,
      Consumer<RunningJob> onStuck,
      Runnable onIdle) {
    this.nanoTime = nanoTime;
    this.onStarted = onStarted;
    this.onStuck = onStuck;
    this.onIdle = onIdle;
    this.lookedAt = nanoTime.getAsLong();
    this.noTimeoutBefore = lookedAt;
  }

  void begin(RunningJob job) {
    running.put(job.job.id(), job);
    worked = true;
    if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  void finish(RunningJob job) {
    finishedAt = nanoTime.getAsLong();
    running.remove(job.job.id(), job);
  }

  /** The job, if it is running. */
  RunningJob find(UUID job) {
    return running.get(job);
  }

  /** All that are running. */
  Collection<RunningJob> all() {
    return running.values();
  }

  void endAll(Outcome.Failed why) {
    running.values().forEach(job -> job.end(why));
  }

  @Override
  public boolean turn() {
    thread = Thread.currentThread();
    if (running.isEmpty()) {
      asleep = true;
      if (running.isEmpty() && !stopped) {
        LockSupport.parkNanos(this, rest());
      }
      asleep = false;
      lookedAt = nanoTime.getAsLong();
    } else {
      look();
    }
    if (!stopped) {
      // Also after waking up: the new job has to run for this long first.
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
    return !stopped;
  }

  /**
   * Called while nothing runs.
   *
   * @return nanoseconds after which to call it again, unless a job begins before
   */
  long rest() {
    if (!worked) {
      return Long.MAX_VALUE;
    }
    long left = finishedAt + IDLE_AFTER.toNanos() - nanoTime.getAsLong();
    if (left > 0) {
      return left;
    }
    worked = false;
    onIdle.run();
    return Long.MAX_VALUE;
  }

  void look() {
    long now = nanoTime.getAsLong();
    if (now - lookedAt > LATE_NANOS) {
      noTimeoutBefore = now + CATCH_UP_NANOS;
    }
    lookedAt = now;
    boolean caughtUp = now - noTimeoutBefore >= 0;
    for (RunningJob job : running.values()) {
      long age = job.age(now);
      if (age >= STARTED_AFTER.toNanos() && job.sayStarted()) {
        onStarted.accept(job);
      }
      long waited = job.waited(now);
      if (age - waited >= job.job.timeout().toNanos() && caughtUp) {
        job.end(timeout(job, waited));
      } else if (job.ending() != null) {
        // Told to end and still running: interrupted again.
        job.end(job.ending());
      }
      if (caughtUp && job.overdue(now) >= ABANDONED_AFTER.toNanos()) {
        onStuck.accept(job);
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  private static Outcome.Failed timeout(RunningJob job, long waitedNanos) {
    long waited = TimeUnit.NANOSECONDS.toSeconds(waitedNanos);
    return new Outcome.Failed(
        Outcome.Reason.TIMEOUT,
        "timeout: ended after "
            + job.job.timeout().toMillis() / 1000.0
            + " s"
            + (waited == 0
                ? ""
                : ", not counting " + waited + " s in which its output waited to be streamed"));
  }
}
