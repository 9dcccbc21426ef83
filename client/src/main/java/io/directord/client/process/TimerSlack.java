package io.directord.client.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A mark that a process cannot lose by accident. The timer slack, the delay in nanoseconds that the
 * kernel may add to timers of a process, is inherited by its children, whatever they do to
 * environment, group, session and descriptors. Each job has its own value, slightly larger than
 * that of this process; the difference is harmless.
 */
final class TimerSlack {
  /** A prime below the usual 50 microseconds. */
  private static final int JOBS = 49_999;

  private static final long OWN = read();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private TimerSlack() {}

  /** The value for the next job; reused only after a long time. 0 if none is available. */
  static long next() {
    return OWN == 0 ? 0 : OWN + 1 + Math.floorMod(COUNT.getAndIncrement(), JOBS);
  }

  /** The value for a command without a mark. */
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
