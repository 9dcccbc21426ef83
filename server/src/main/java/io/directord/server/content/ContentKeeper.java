package io.directord.server.content;

import io.directord.common.loop.Loop;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Removes unneeded contents periodically, on a thread of its own. */
public final class ContentKeeper implements Loop {
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

  @Override
  public boolean turn() throws InterruptedException {
    boolean stopped = end.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    if (!stopped) {
      collect();
    }
    return !stopped;
  }

  private void collect() {
    try {
      deliveries.collect();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "unneeded contents cannot be removed: {0}", IoErrors.sayWhere(e));
    }
  }

  @Override
  public void stop() {
    end.countDown();
  }
}
