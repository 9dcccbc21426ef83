package io.directord.common.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Syncs a long file to the disk while it is being written, on a thread of its own, so that little
 * is left to be waited for at its end. The file is on the disk only after {@link #force}. Not
 * thread-safe.
 */
public final class EarlySync {
  /** Number of bytes after which a sync is begun, unless one is under way. */
  static final long EVERY_BYTES = 16L << 20;

  private static final ThreadPoolExecutor THREADS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          5,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work -> {
            Thread thread = new Thread(work, "early-sync");
            thread.setDaemon(true);
            return thread;
          });

  private final FileChannel file;
  private long unsynced;

  /** The last sync that was begun; null if none was. One that has failed stays. */
  private CompletableFuture<Void> begun;

  /**
   * @param file to be closed by the caller, after {@link #force} or instead of it
   */
  public EarlySync(FileChannel file) {
    this.file = file;
  }

  /** So many bytes more were written. */
  public void written(long bytes) {
    unsynced += bytes;
    boolean mayBegin = begun == null || begun.isDone() && !begun.isCompletedExceptionally();
    if (unsynced >= EVERY_BYTES && mayBegin) {
      unsynced = 0;
      begun = CompletableFuture.runAsync(this::sync, THREADS);
    }
  }

  private void sync() {
    try {
      file.force(false);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /**
   * Syncs the rest.
   *
   * @throws IOException also if a sync before this has failed, of which the kernel tells once only;
   *     a {@link java.nio.channels.ClosedByInterruptException} if the thread is interrupted
   */
  public void force() throws IOException {
    try {
      if (begun != null) {
        begun.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
    file.force(false);
  }
}
