package io.directord.server;

import io.directord.server.link.Threads;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The server's threads: none of them dies without everybody knowing. */
final class Crew implements Threads {
  private static final System.Logger LOG = System.getLogger(Crew.class.getName());
  private static final long JOIN_MILLIS = 10_000;

  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile ServerDiedException death;

  @Override
  public Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setUncaughtExceptionHandler((t, error) -> died(name, error));
    threads.add(thread);
    thread.start();
    return thread;
  }

  @Override
  public synchronized void died(String thread, Throwable why) {
    if (death == null) {
      death = new ServerDiedException(thread, why);
      LOG.log(Level.ERROR, death.getMessage(), why);
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

  @Override
  public void join(Thread thread) {
    try {
      thread.join(JOIN_MILLIS);
      if (thread.isAlive()) {
        LOG.log(Level.WARNING, "thread {0} does not end", thread.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
