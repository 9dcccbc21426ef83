package io.directord.common.loop;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Runs a {@link Loop} on a thread of its own. A loop that fails, or whose thread is interrupted, is
 * told with its cause to whoever ends the process then; what it owns is closed in any case. The
 * thread does not keep a process that has nothing else to do.
 */
public final class LoopThread implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LoopThread.class.getName());

  /** How long is waited for a loop to end. */
  private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Loop loop;
  private final BiConsumer<String, Throwable> died;
  private final Thread thread;
  private volatile long turns;

  private LoopThread(String name, Loop loop, BiConsumer<String, Throwable> died) {
    this.loop = loop;
    this.died = died;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /**
   * Starts a thread.
   *
   * @param name of the thread
   * @param died told the name and the cause, on the thread, if the loop did not end as it should
   */
  public static LoopThread start(String name, Loop loop, BiConsumer<String, Throwable> died) {
    LoopThread started = new LoopThread(name, loop, died);
    started.thread.start();
    return started;
  }

  private void run() {
    try {
      runToEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      died.accept(thread.getName(), e);
    } catch (Throwable e) {
      died.accept(thread.getName(), e);
    }
  }

  private void runToEnd() throws IOException, InterruptedException {
    try {
      boolean another = true;
      while (another) {
        another = loop.turn();
        turns++;
      }
    } catch (Throwable e) {
      try {
        loop.end();
      } catch (RuntimeException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
    loop.end();
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  /** Whether the caller runs on it. */
  public boolean isCurrent() {
    return thread == Thread.currentThread();
  }

  /** How many turns the loop has done. */
  public long turns() {
    return turns;
  }

  /**
   * Stops the loop, and returns when its thread has ended, after ten seconds at the latest. An
   * interrupt of the caller is kept for later.
   */
  @Override
  public void close() {
    loop.stop();
    long end = System.nanoTime() + JOIN_NANOS;
    boolean interrupted = false;
    for (long left = JOIN_NANOS; left > 0 && thread.isAlive(); left = end - System.nanoTime()) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (thread.isAlive()) {
      LOG.log(Level.WARNING, "thread {0} does not end", thread.getName());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
