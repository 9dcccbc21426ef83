package io.directord.server.content;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Removes contents that nobody needs any more, now and then, on a thread of its own. */
public final class ContentKeeper implements Runnable, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ContentKeeper.class.getName());
  private static final Duration PAUSE = Duration.ofMinutes(10);

  private final Deliveries deliveries;
  private final Duration pause;
  private final CountDownLatch end = new CountDownLatch(1);

  /**
   * @param deliveries with all live jobs opened before this runs
   */
  public ContentKeeper(Deliveries deliveries) {
    this(deliveries, PAUSE);
  }

  ContentKeeper(Deliveries deliveries, Duration pause) {
    this.deliveries = deliveries;
    this.pause = pause;
  }

  /** Works until it is closed. */
  @Override
  public void run() {
    try {
      while (!end.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        collect();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void collect() {
    try {
      deliveries.collect();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "contents that nobody needs cannot be removed: {0}", e.toString());
    }
  }

  /** Lets the thread end. */
  @Override
  public void close() {
    end.countDown();
  }
}
