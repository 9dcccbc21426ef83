package io.directord.client.execution;

import io.directord.common.storage.IoErrors;
import io.directord.common.wire.NodeMessage.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that read the output of processes. A blocked read cannot be interrupted, so a thread
 * stays with its pipe until the other end is closed, and drops output after the job's end: so a
 * daemon left by a command does not die of a broken pipe.
 */
final class Pumps implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Pumps.class.getName());
  private static final int BUFFER_BYTES = 16 << 10;

  /** A small stack is enough for reading and appending. */
  private static final long STACK_BYTES = 128 << 10;

  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

  private final AtomicInteger count = new AtomicInteger();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);

  /** Reads to the end of the stream, then counts the latch down. */
  void start(InputStream in, Stream stream, JobOutput output, CountDownLatch ended) {
    threads.execute(
        () -> {
          try (in) {
            byte[] buffer = BUFFER.get();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
              output.add(stream, buffer, n);
              output.awaitRoom();
            }
          } catch (IOException e) {
            // The process has ended, and the runtime closed its pipe.
            LOG.log(Level.DEBUG, "output ended: {0}", IoErrors.sayWhere(e));
          } finally {
            ended.countDown();
          }
        });
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(null, work, "output-" + count.incrementAndGet(), STACK_BYTES);
    thread.setDaemon(true);
    return thread;
  }
}
