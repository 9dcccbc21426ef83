package io.directord.nats;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Has the library ping once, and wait for the answer, when this process was paused: it would make
 * up for all pings that were due meanwhile at once, take the broker for lost since so many have no
 * answer, and drop what waits to be received.
 */
final class PausedOnce extends ScheduledThreadPoolExecutor {
  private static final int THREADS = 2;

  PausedOnce() {
    super(
        THREADS,
        work -> {
          Thread thread = new Thread(work, "broker-pings");
          thread.setDaemon(true);
          return thread;
        });
    setRemoveOnCancelPolicy(true);
    setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable work, long initialDelay, long period, TimeUnit unit) {
    return scheduleWithFixedDelay(work, initialDelay, period, unit);
  }
}
