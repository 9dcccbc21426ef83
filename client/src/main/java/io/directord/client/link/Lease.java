package io.directord.client.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Decides whether jobs may begin. A server expires a silent node and reports its jobs as lost; jobs
 * that have not begun by then must not begin later. So jobs begin only within the expiry after the
 * last confirmed heartbeat. After a longer gap, as when this process was stopped or the network was
 * cut, and when the client starts, no job begins before the server has said which of the node's
 * jobs it has given up.
 *
 * <p>Updated by the link's thread, used by the threads of jobs. Thread-safe.
 */
final class Lease {
  private static final Logger LOG = System.getLogger(Lease.class.getName());

  /** Shorter waits are not logged. */
  private static final long LONG_WAIT_MILLIS = 1000;

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Runnable onLapse;
  private Duration term;
  private Mark heard;
  private boolean settled;
  private boolean told;
  private long taken;

  /**
   * A time by both clocks: the monotonic one stops while the machine is suspended, and the wall
   * clock may be set.
   */
  record Mark(long nanos, Instant instant) {}

  /** A question to the server: which of the node's jobs still count. */
  record Question(Mark askedAt, long taken) {}

  /**
   * @param term initial term, until the server sets it
   * @param onLapse called on any thread when the server must be asked
   */
  Lease(Duration term, InstantSource clock, LongSupplier nanoTime, Runnable onLapse) {
    this.term = term;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.onLapse = onLapse;
  }

  /** The time after a confirmed heartbeat within which a node cannot expire. */
  synchronized void term(Duration ofServer) {
    term = ofServer;
  }

  Mark now() {
    return new Mark(nanoTime.getAsLong(), clock.instant());
  }

  /** The server has confirmed the heartbeat of that time. */
  synchronized void heard(Mark saidAt) {
    if (heard != null && isBeyondTerm(saidAt)) {
      settled = false;
    }
    if (heard == null || saidAt.nanos - heard.nanos > 0) {
      heard = saidAt;
    }
    notifyAll();
  }

  /** The server does not know this node, or has expired it. */
  synchronized void lapse() {
    settled = false;
  }

  /** Jobs were received, which were not part of an earlier question. */
  synchronized void taken() {
    taken++;
  }

  /** Must be called before the node lists its jobs. */
  synchronized Question ask() {
    return new Question(now(), taken);
  }

  /**
   * The server has replied, and the jobs that it gave up are dropped.
   *
   * @return false if jobs were received meanwhile, so that the server must be asked again
   */
  synchronized boolean answered(Question question) {
    heard(question.askedAt);
    boolean all = isSettled() || question.taken == taken;
    if (all && !isBeyondTerm(now())) {
      settled = true;
      if (told) {
        told = false;
        LOG.log(Level.INFO, "jobs begin again: the server has said which of them still count");
      }
      notifyAll();
    }
    return all;
  }

  /** Whether no question is needed. */
  synchronized boolean isSettled() {
    if (settled && isBeyondTerm(now())) {
      settled = false;
    }
    return settled;
  }

  /** Returns when a job may begin. */
  synchronized void await() throws InterruptedException {
    while (!isSettled()) {
      onLapse.run();
      long before = nanoTime.getAsLong();
      wait(LONG_WAIT_MILLIS);
      long waited = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - before);
      if (!settled && !told && waited >= LONG_WAIT_MILLIS) {
        told = true;
        LOG.log(
            Level.WARNING,
            "no job begins: the server has not been heard for so long that it may have given this"
                + " node up; jobs wait until it says which of them still count. What runs goes on");
      }
    }
  }

  private boolean isBeyondTerm(Mark now) {
    return heard == null
        || now.nanos - heard.nanos > term.toNanos()
        || Duration.between(heard.instant, now.instant).compareTo(term) > 0;
  }
}
