package io.directord.client.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The running commands, each awaited by its job, and their orphans, which become children of this
 * process if it adopts them, and are reaped here. Thread-safe.
 */
final class Children {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOOK_SELDOM_NANOS = TimeUnit.SECONDS.toNanos(16);

  /** Stack size of a waiting thread. */
  private static final long STACK_BYTES = 128 << 10;

  /** The kernel assigns orphans to a process's first thread, which starts no commands itself. */
  private static final Path OF_FIRST_THREAD =
      Path.of("/proc/self/task", Long.toString(ProcessHandle.current().pid()), "children");

  private final Set<Integer> commands = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor waiting =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          30,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work -> thread(work, "command-exit"));
  private final boolean keepsOrphans;
  private final Thread reaper = thread(this::reapOrphans, "orphans");
  private volatile boolean asleep;

  /**
   * @param keepsOrphans whether this process adopts orphans
   */
  Children(boolean keepsOrphans) {
    this.keepsOrphans = keepsOrphans;
    if (keepsOrphans) {
      reaper.start();
    }
  }

  boolean keepsOrphans() {
    return keepsOrphans;
  }

  void add(int command) {
    commands.add(command);
  }

  /** Notes that a command has ended and was reaped; its orphans are reaped from now on. */
  void remove(int command) {
    commands.remove(command);
    if (asleep) {
      LockSupport.unpark(reaper);
    }
  }

  /** Waits for a command on a thread of its own. */
  void execute(Runnable wait) {
    waiting.execute(wait);
  }

  private void reapOrphans() {
    long pause = LOOK_NANOS;
    while (true) {
      // Orphans mostly end soon after their command; one check serves many.
      LockSupport.parkNanos(this, pause);
      int left = reapEnded();
      if (left > 0) {
        pause = Math.min(2 * pause, LOOK_SELDOM_NANOS);
      } else {
        pause = LOOK_NANOS;
        asleep = true;
        LockSupport.park(this);
        asleep = false;
      }
    }
  }

  /** Number of running orphans. */
  private int reapEnded() {
    int left = 0;
    try {
      for (String child : Files.readString(OF_FIRST_THREAD).split(" ")) {
        if (!child.isBlank() && !commands.contains(Integer.valueOf(child))) {
          left += Libc.waitpid(Integer.parseInt(child), new int[1], Libc.WNOHANG) == 0 ? 1 : 0;
        }
      }
    } catch (IOException e) {
      // The kernel lacks these lists: ended orphans stay until this process ends.
      return 0;
    }
    return left;
  }

  private static Thread thread(Runnable work, String name) {
    Thread thread = new Thread(null, work, name, STACK_BYTES);
    thread.setDaemon(true);
    return thread;
  }
}
