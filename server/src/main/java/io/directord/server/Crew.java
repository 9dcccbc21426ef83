package io.directord.server;

import io.directord.common.loop.Loop;
import io.directord.common.loop.LoopThread;
import io.directord.server.link.Threads;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The server's threads. The death of any of them is reported. */
final class Crew implements Threads {
  private static final System.Logger LOG = System.getLogger(Crew.class.getName());

  private static final long LOOK_MILLIS = 20;

  private final Set<LoopThread> threads = ConcurrentHashMap.newKeySet();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile ServerDiedException death;

  @Override
  public LoopThread start(String name, Loop loop) {
    LoopThread started = LoopThread.start(name, loop, this::died);
    threads.add(started);
    return started;
  }

  /** Whether all threads have ended before the timeout, but for the one that asks. */
  boolean endsWithin(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (isAtWork() && end - System.nanoTime() > 0) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return !isAtWork();
  }

  private boolean isAtWork() {
    threads.removeIf(thread -> !thread.isAlive());
    return threads.stream().anyMatch(thread -> !thread.isCurrent());
  }

  @Override
  public synchronized void died(String thread, Throwable why) {
    if (death == null) {
      death = new ServerDiedException(thread, why);
      // The log adds what the cause says.
      LOG.log(Level.ERROR, "thread " + thread + " died", why);
    }
    ended.countDown();
  }

  /** Notes that the server has ended as it should. */
  void ended() {
    ended.countDown();
  }

  void awaitEnd() throws InterruptedException, ServerDiedException {
    ended.await();
    if (death != null) {
      throw death;
    }
  }
}
