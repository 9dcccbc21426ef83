package io.directord.server.api;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for work that must not block the event loop; idle ones end. Their queues are bounded by
 * the number of connections, since each has one request in progress.
 */
final class Workers implements AutoCloseable {
  private static final int REQUEST_THREADS = 2;
  private static final int DISK_THREADS = 4;
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor requests = pool("api-request", REQUEST_THREADS);
  private final ThreadPoolExecutor disk = pool("api-disk", DISK_THREADS);

  /** For parsing and writing JSON. */
  Executor requests() {
    return requests;
  }

  /** For reading and writing contents and results, which may take long. */
  Executor disk() {
    return disk;
  }

  private static ThreadPoolExecutor pool(String name, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory(name),
            // Only after the end: remaining clean-up runs on the calling thread.
            (task, ended) -> task.run());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Waits a few seconds for running work to end. */
  @Override
  public void close() {
    requests.shutdown();
    disk.shutdown();
    try {
      if (!requests.awaitTermination(IDLE_SECONDS, TimeUnit.SECONDS)
          || !disk.awaitTermination(IDLE_SECONDS, TimeUnit.SECONDS)) {
        requests.shutdownNow();
        disk.shutdownNow();
      }
    } catch (InterruptedException e) {
      requests.shutdownNow();
      disk.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
