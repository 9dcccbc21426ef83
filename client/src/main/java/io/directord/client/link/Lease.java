package io.directord.client.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether jobs may begin. A server gives up a node that it has not heard of for some time, and
 * tells its operator that the node's jobs are lost; what has not begun by then must not begin
 * later. So jobs begin only for as long after the last moment at which the server is known to have
 * heard of this node. After a gap that is longer, as when this process was stopped or the network
 * was cut, and when the client starts, none begins before the server has said which of those that
 * the node holds it has given up.
 *
 * <p>Filled by the link's thread, asked by the threads of jobs. Thread-safe.
 */
final class Lease {
  private static final Logger LOG = System.getLogger(Lease.class.getName());

  /** A wait that is shorter is not worth a line in the log. */
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
   * A moment by both clocks: the monotonic one stands still while a machine is suspended, and the
   * other one may be set.
   */
  record Mark(long nanos, Instant instant) {}

  /** What the server is asked: which of the jobs that the node holds now still count. */
  record Question(Mark askedAt, long taken) {}

  /**
   * @param term until the server says otherwise
   * @param onLapse told on any thread when the server is to be asked
   */
  Lease(Duration term, InstantSource clock, LongSupplier nanoTime, Runnable onLapse) {
    this.term = term;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.onLapse = onLapse;
  }

  /** How long after it was heard a node cannot have been given up. */
  synchronized void term(Duration ofServer) {
    term = ofServer;
  }

  Mark now() {
    return new Mark(nanoTime.getAsLong(), clock.instant());
  }

  /** The server has heard what the node said at that moment. */
  synchronized void heard(Mark saidAt) {
    if (heard != null && isBeyondTerm(saidAt)) {
      settled = false;
    }
    if (heard == null || saidAt.nanos - heard.nanos > 0) {
      heard = saidAt;
    }
    notifyAll();
  }

  /** The server does not know this node, or has given it up. */
  synchronized void lapse() {
    settled = false;
  }

  /** Jobs were taken: they are not among those that the server was asked about before. */
  synchronized void taken() {
    taken++;
  }

  /** To be called before the node looks what it holds. */
  synchronized Question ask() {
    return new Question(now(), taken);
  }

  /**
   * The server has answered, and what it has given up is dropped.
   *
   * @return false if jobs were taken meanwhile, so that it has to be asked about these
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

  /** Whether the server need not be asked. */
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
