package io.directord.client.link;

import io.directord.client.execution.ContentLink;
import io.directord.client.execution.Outgoing;
import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Fetches content from the server's content port, and sends it there. Every transfer has a thread
 * and a connection of its own, because the thread of a job may be interrupted, which not every
 * connection survives.
 */
final class ContentFetcher implements ContentLink, AutoCloseable {
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

  /** The transfers in progress, by job; a job fetches one content at a time. */
  private final Map<UUID, Transfer> running = new ConcurrentHashMap<>();

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
  public void fetch(Delivery delivery, long[] chunks, Sink sink)
      throws IOException, JobException, InterruptedException {
    if (port == 0) {
      throw new JobException(
          Outcome.Reason.REFUSED, "content cannot be fetched: the server was never reached");
    }
    Transfer transfer =
        new Transfer(
            driver,
            () -> port,
            new Transfer.Wanted(delivery, chunks),
            () -> gone.contains(delivery.jobId()),
            sink,
            nanoTime);
    CountDownLatch ended = new CountDownLatch(1);
    running.put(delivery.jobId(), transfer);
    threads.execute(
        () -> {
          try {
            transfer.run();
          } finally {
            ended.countDown();
          }
        });
    try {
      await(transfer, ended);
    } finally {
      running.remove(delivery.jobId(), transfer);
    }
    transfer.result();
  }

  @Override
  public Outgoing send(long bytes, Outgoing.Announcement announcement)
      throws JobException, InterruptedException {
    UploadTransfer transfer = new UploadTransfer(driver, () -> port, nanoTime, bytes, announcement);
    transfer.start(threads);
    return transfer;
  }

  /** How far the content of a job has come, as the end of a sentence; empty if none is fetched. */
  String progress(UUID job) {
    Transfer transfer = running.get(job);
    return transfer == null ? "" : "; its content is being fetched: " + transfer.progress();
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
