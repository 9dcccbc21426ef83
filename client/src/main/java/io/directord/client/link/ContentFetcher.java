package io.directord.client.link;

import io.directord.client.execution.DeliverySource;
import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Fetches content from the server's content port. Every transfer has a thread and a connection of
 * its own, because the thread of a job may be interrupted, which not every connection survives.
 */
final class ContentFetcher implements DeliverySource, AutoCloseable {
  private final Driver driver;
  private final LongSupplier nanoTime;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          5,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work -> new Thread(work, "content"));
  private volatile int port;
  private volatile Set<UUID> gone = Set.of();

  ContentFetcher(Driver driver, LongSupplier nanoTime) {
    this.driver = driver;
    this.nanoTime = nanoTime;
  }

  /** Sets the content port from the server's welcome. */
  void port(int contentPort) {
    port = contentPort;
  }

  /** Notes that contents of these jobs cannot be fetched any more. */
  void gone(Collection<UUID> jobs) {
    gone = Set.copyOf(jobs);
  }

  @Override
  public void fetch(Delivery delivery, Sink sink)
      throws IOException, JobException, InterruptedException {
    if (port == 0) {
      throw new JobException(
          Outcome.Reason.REFUSED, "content cannot be fetched: the server was never reached");
    }
    Transfer transfer =
        new Transfer(
            driver, () -> port, delivery, () -> gone.contains(delivery.jobId()), sink, nanoTime);
    CountDownLatch ended = new CountDownLatch(1);
    threads.execute(
        () -> {
          try {
            transfer.run();
          } finally {
            ended.countDown();
          }
        });
    await(transfer, ended);
    transfer.result();
  }

  /** Returns when the transfer's thread has ended, interrupted or not. */
  private static void await(Transfer transfer, CountDownLatch ended) throws InterruptedException {
    try {
      ended.await();
    } catch (InterruptedException e) {
      transfer.cancel();
      boolean waiting = true;
      while (waiting) {
        try {
          ended.await();
          waiting = false;
        } catch (InterruptedException again) {
          // It ends at its next check; until then its sink must stay open.
          transfer.cancel();
        }
      }
      throw (InterruptedException) new InterruptedException(transfer.standing()).initCause(e);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
