package io.directord.server;

import io.directord.common.api.Leadership;
import io.directord.common.loop.Loop;
import io.directord.server.store.Election;
import io.directord.server.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Renews the lease of a server that leads. While the database is away, the server leads on if no
 * other one stands by; else only until its lease has run out by its own clock, since the other one
 * may lead then.
 */
final class LeaseKeeper implements Loop, Tenure {
  private static final System.Logger LOG = System.getLogger(LeaseKeeper.class.getName());

  private final Election election;
  private final Election.Term term;
  private final Election.LeaseTimes times;
  private final LongSupplier nanoTime;
  private volatile long renewedAt;
  private volatile String lost;
  private boolean stopped;

  /**
   * @param electedAt when the election began, by the clock
   */
  LeaseKeeper(
      Election election,
      Election.Term term,
      Election.LeaseTimes times,
      LongSupplier nanoTime,
      long electedAt) {
    this.election = election;
    this.term = term;
    this.times = times;
    this.nanoTime = nanoTime;
    this.renewedAt = electedAt;
  }

  @Override
  public boolean turn() throws InterruptedException {
    if (!pause()) {
      return false;
    }
    long before = nanoTime.getAsLong();
    try {
      String why = term.renew();
      if (why == null) {
        renewedAt = before;
      } else {
        lose(why);
      }
    } catch (StoreException e) {
      LOG.log(Level.DEBUG, "the lease was not renewed: {0}", e.getMessage());
    }
    if (hasLapsed()) {
      lose(
          "it could not renew its lease in the database for "
              + times.length().toSeconds()
              + " s, and another server stands by: "
              + String.join(", ", election.seen().standbys()));
    }
    return lost == null;
  }

  private boolean hasLapsed() {
    return nanoTime.getAsLong() - renewedAt > times.length().toNanos()
        && !election.seen().standbys().isEmpty();
  }

  private synchronized void lose(String why) {
    if (lost == null) {
      lost = why;
      // At once: the server may be waiting for a database whose packets vanish.
      term.abandon();
      notifyAll();
    }
  }

  private synchronized boolean pause() throws InterruptedException {
    long end = System.nanoTime() + times.renewal().toNanos();
    for (long left = end - System.nanoTime();
        left > 0 && !stopped;
        left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return !stopped;
  }

  /** Returns when this server does not lead any more, or after a while; null in that case. */
  synchronized String awaitLoss(Duration time) throws InterruptedException {
    if (lost == null) {
      TimeUnit.NANOSECONDS.timedWait(this, time.toNanos());
    }
    return lost;
  }

  /** Has {@link #awaitLoss} return. */
  synchronized void wake() {
    notifyAll();
  }

  @Override
  public synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  @Override
  public boolean holds() {
    return lost == null && !hasLapsed();
  }

  @Override
  public Leadership leadership() {
    Leadership seen = election.seen();
    return new Leadership(
        true,
        seen.leader(),
        term.epoch(),
        Duration.ofNanos(nanoTime.getAsLong() - renewedAt),
        seen.standbys());
  }
}
