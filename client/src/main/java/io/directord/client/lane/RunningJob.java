package io.directord.client.lane;

import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import java.util.function.Consumer;

/** A running job, which can be told to end. Thread-safe. */
final class RunningJob {
  /** Why all jobs end when the client does. */
  static final Outcome.Failed STOPPED =
      new Outcome.Failed(
          Outcome.Reason.INTERRUPTED,
          "interrupted: the node's client was stopped while the job was running; ended");

  final Job job;
  private final Thread thread = Thread.currentThread();
  private final StuckPlace place = new StuckPlace();
  private Outcome.Failed ending;
  private long begunNanos;
  private boolean begun;
  private boolean finished;
  private boolean saidStarted;
  private boolean abandoned;
  private NodeLocks.Held held;
  private Consumer<Outcome.Failed> onAbandoned;

  /** The first time at which it was seen running though told to end; 0 before. */
  private long overdueSince;

  /** Since when its output waits, how many readers wait, and for how long it waited before. */
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

  /** Nanoseconds since it began; 0 if it has not begun. */
  synchronized long age(long nowNanos) {
    return begun ? nowNanos - begunNanos : 0;
  }

  /** A reader of its output waits for the listener. */
  synchronized void outputWaits(long nowNanos) {
    waitsSince = waiting == 0 ? nowNanos : waitsSince;
    waiting++;
  }

  /** The reader goes on. */
  synchronized void outputGoesOn(long nowNanos) {
    waiting--;
    waited += waiting == 0 ? nowNanos - waitsSince : 0;
  }

  /** Nanoseconds for which its output has waited, which do not count as the command's own time. */
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

  /**
   * Called by the job's thread, which is not interrupted from here on.
   *
   * @return false if the job was abandoned before, so that its outcome is ignored
   */
  synchronized boolean finish() {
    finished = true;
    // Clears a pending interrupt, which must not affect later work of the thread.
    Thread.interrupted();
    return !abandoned;
  }

  /** Resources to release when the job is abandoned. */
  synchronized void holds(NodeLocks.Held locks) {
    held = locks;
  }

  /**
   * @param then notes the job's result, in place of the hanging thread
   */
  synchronized void ifAbandoned(Consumer<Outcome.Failed> then) {
    onAbandoned = then;
  }

  /** Nanoseconds for which it has been running though told to end. */
  synchronized long overdue(long nowNanos) {
    if (ending == null || finished) {
      return 0;
    }
    overdueSince = overdueSince == 0 ? nowNanos : overdueSince;
    place.look(thread, nowNanos);
    return nowNanos - overdueSince;
  }

  /**
   * Abandons the job, whose thread hangs where no interrupt reaches it.
   *
   * @return false if it has ended meanwhile
   */
  boolean abandon() {
    Consumer<Outcome.Failed> then;
    synchronized (this) {
      if (finished || ending == null || onAbandoned == null) {
        return false;
      }
      finished = true;
      abandoned = true;
      then = onAbandoned;
    }
    if (held != null) {
      held.close();
    }
    then.accept(ending);
    return true;
  }

  synchronized boolean isAbandoned() {
    return abandoned;
  }

  /** Whether it has failed regardless of its verb, since it was cancelled or timed out. */
  synchronized boolean isGivenUp() {
    return abandoned || ending != null && ending != STOPPED;
  }

  /** Where its thread hangs, in code of ours or of a verb; null if it is not known to hang. */
  synchronized String whereabouts() {
    return place.of(thread);
  }

  /** Why it was told to end, or null. */
  synchronized Outcome.Failed ending() {
    return ending;
  }

  /** Whether its start is due to be reported, and was not yet. */
  synchronized boolean sayStarted() {
    boolean first = !saidStarted && !finished;
    saidStarted = true;
    return first;
  }
}
