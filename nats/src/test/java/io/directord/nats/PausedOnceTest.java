package io.directord.nats;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class PausedOnceTest {
  private static final Duration PERIOD = Duration.ofMillis(200);

  @AutoClose("shutdownNow")
  private final PausedOnce executor = new PausedOnce();

  /** As if the process had been stopped: all threads are held up for several periods. */
  @Test
  void whatWasDueInAPauseIsDoneOnce() throws InterruptedException {
    CountDownLatch goOn = new CountDownLatch(1);
    for (int i = 0; i < executor.getCorePoolSize(); i++) {
      executor.execute(
          () -> {
            try {
              goOn.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    BlockingQueue<Long> done = new LinkedBlockingQueue<>();
    executor.scheduleAtFixedRate(
        () -> done.add(System.nanoTime()),
        PERIOD.toNanos(),
        PERIOD.toNanos(),
        TimeUnit.NANOSECONDS);
    Thread.sleep(5 * PERIOD.toMillis());
    goOn.countDown();
    long first = next(done);
    long second = next(done);
    assertTrue(second - first >= PERIOD.toNanos(), () -> (second - first) + " ns");
  }

  private static long next(BlockingQueue<Long> done) throws InterruptedException {
    return done.poll(240, TimeUnit.SECONDS);
  }
}
