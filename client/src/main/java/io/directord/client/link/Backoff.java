package io.directord.client.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pause before the next attempt: exponential, with random jitter, so that a thousand nodes do
 * not reconnect at once. Not thread-safe.
 */
public final class Backoff {
  private final RandomGenerator random;
  private final long first;
  private final long max;
  private long next;

  public Backoff(Duration first, Duration max, RandomGenerator random) {
    this.random = random;
    this.first = first.toNanos();
    this.max = max.toNanos();
    this.next = this.first;
  }

  public long nextNanos() {
    long wait = next / 2 + random.nextLong(next);
    next = Math.min(max, next * 2);
    return wait;
  }

  public void reset() {
    next = first;
  }
}
