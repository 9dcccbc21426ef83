package io.directord.client.lane;

import io.directord.common.job.Job;
import io.directord.common.job.Outcome;

/** A job on its thread, which may be told to end. Thread-safe. */
final class RunningJob {
  final Job job;
  private final Thread thread = Thread.currentThread();
  private Outcome.Failed ending;
  private long begunNanos;
  private boolean begun;
  private boolean finished;
  private boolean saidStarted;

  /** Since when its output waits, how many of its readers wait, and for how long it did before. */
  private long waitsSince;

  private int waiting;
  private long waited;

  /** Made by the thread that will run the job. */
  RunningJob(Job job) {
    this.job = job;
  }

  /**
   * The job's time starts to run: it has the locks it waited for.
   *
   * @throws InterruptedException if it was told to end before
   */
  synchronized void begin(long nowNanos) throws InterruptedException {
    if (ending != null) {
      throw new InterruptedException();
    }
    begunNanos = nowNanos;
    begun = true;
  }

  synchronized boolean hasBegun() {
    return begun;
  }

  /** For how many nanoseconds it has been running; 0 if it has not begun. */
  synchronized long age(long nowNanos) {
    return begun ? nowNanos - begunNanos : 0;
  }

  /** A reader of its output waits until who follows can take more. */
  synchronized void outputWaits(long nowNanos) {
    waitsSince = waiting == 0 ? nowNanos : waitsSince;
    waiting++;
  }

  /** The reader goes on. */
  synchronized void outputGoesOn(long nowNanos) {
    waiting--;
    waited += waiting == 0 ? nowNanos - waitsSince : 0;
  }

  /** For how many nanoseconds its output has waited: that is not the command's own time. */
  synchronized long waited(long nowNanos) {
    return waited + (waiting > 0 ? nowNanos - waitsSince : 0);
  }

  /** Whether its output may wait, which makes its timeout longer, but never more than twice as. */
  boolean mayWait(long nowNanos) {
    return waited(nowNanos) < job.timeout().toNanos();
  }

  /** Interrupts the job; the first reason counts. Called again, it interrupts again. */
  synchronized void end(Outcome.Failed why) {
    if (!finished) {
      ending = ending == null ? why : ending;
      thread.interrupt();
    }
  }

  /** Interrupts the job if it still waits for the locks that it needs to begin. */
  synchronized void endUnbegun(Outcome.Failed why) {
    if (!begun) {
      end(why);
    }
  }

  /** Called by the job's thread: from here on nothing interrupts it. */
  synchronized void finish() {
    finished = true;
    // One that nobody noticed, ours or the verb's own, must not hit what the thread does next.
    Thread.interrupted();
  }

  /** Why it was told to end, or null. */
  synchronized Outcome.Failed ending() {
    return ending;
  }

  /** Whether this is the first time that its start is worth saying. */
  synchronized boolean sayStarted() {
    boolean first = !saidStarted && !finished;
    saidStarted = true;
    return first;
  }
}
