package io.directord.server.link;

import io.directord.common.validation.Counted;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Logs how many requests for contents were dropped since too many waited: the first at once, all
 * later ones once a minute. Nodes ask for these again. Belongs to one thread.
 */
public final class DroppedRequests {
  private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

  private final System.Logger log;
  private final String port;
  private final LongSupplier nanoTime;
  private long untold;
  private String from = "";
  private long mayTellAt;

  /**
   * @param port where they came, for people
   */
  public DroppedRequests(System.Logger log, String port, LongSupplier nanoTime) {
    this.log = log;
    this.port = port;
    this.nanoTime = nanoTime;
    this.mayTellAt = nanoTime.getAsLong();
  }

  /** One of that peer was dropped. */
  public void add(String peer) {
    untold++;
    from = ", the last from " + peer;
  }

  /** So many were dropped of which nobody knows whose they were. */
  public void add(long count) {
    untold += count;
  }

  /** Whether {@link #tell} is to be called about once a second. */
  public boolean isUntold() {
    return untold > 0;
  }

  /** Logs what it has not told yet, at most once a minute. */
  public void tell() {
    long now = nanoTime.getAsLong();
    if (untold > 0 && now - mayTellAt >= 0) {
      log.log(
          Level.WARNING,
          "{0}: dropped {1}{2}: too many wait; nodes ask for these again",
          port,
          Counted.of(untold, "request"),
          from);
      untold = 0;
      mayTellAt = now + PERIOD_NANOS;
    }
  }
}
