package io.directord.client.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Logs problems of the connection: at once when they change, otherwise at most once a minute. Not
 * thread-safe.
 */
final class Notices {
  private static final Logger LOG = System.getLogger(Notices.class.getName());
  private static final long AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private String last = "";
  private long lastNanos;

  Notices(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void warn(String message) {
    warn(message, message);
  }

  /**
   * @param problem what it is about, without figures: another message about it is no change
   */
  void warn(String problem, String message) {
    long now = nanoTime.getAsLong();
    if (!problem.equals(last) || now - lastNanos >= AGAIN_NANOS) {
      LOG.log(Level.WARNING, message);
      last = problem;
      lastNanos = now;
    }
  }

  void info(String message) {
    LOG.log(Level.INFO, message);
    last = "";
  }
}
