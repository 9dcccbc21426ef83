package io.directord.common.input;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work on files that may wait without end, as on a FIFO. */
final class InTime {
  private InTime() {}

  /** Opens or reads. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /**
   * The result, of work in a thread of its own, which ends with this process. What is opened too
   * late is closed.
   *
   * @throws IOException what the work throws
   * @throws TimeoutException if it takes longer
   */
  static <T> T run(Duration timeout, Work<T> work) throws IOException, TimeoutException {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread thread = new Thread(() -> complete(work, done), "file");
    thread.setDaemon(true);
    thread.start();
    try {
      return done.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      done.cancel(false);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      done.cancel(false);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static <T> void complete(Work<T> work, CompletableFuture<T> done) {
    try {
      T result = work.run();
      if (!done.complete(result) && result instanceof Closeable opened) {
        opened.close();
      }
    } catch (IOException | RuntimeException e) {
      done.completeExceptionally(e);
    }
  }
}
