package io.directord.client.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A mark that a process cannot lose by accident. The timer slack, by how many nanoseconds the
 * kernel may be late to wake a process, is inherited by all that it starts, whatever it does to its
 * environment, group, session and descriptors. Each job has one that is a little larger than this
 * process's own; the difference, at most that which it has by default, harms nothing.
 */
final class TimerSlack {
  /** A prime below the usual 50 microseconds. */
  private static final int JOBS = 49_999;

  private static final long OWN = read();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private TimerSlack() {}

  /** The next job's; one that only a job long ago had. 0 if there are none to be had. */
  static long next() {
    return OWN == 0 ? 0 : OWN + 1 + Math.floorMod(COUNT.getAndIncrement(), JOBS);
  }

  /** What is set for a command that is to carry no mark. */
  static long own() {
    return OWN;
  }

  private static long read() {
    try {
      return Long.parseLong(Files.readString(Path.of("/proc/self/timerslack_ns")).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }
}
