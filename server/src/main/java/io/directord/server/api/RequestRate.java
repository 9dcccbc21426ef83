package io.directord.server.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Bounds how many requests each caller makes in a second, with some at once. Of callers that have
 * made none for long nothing is kept. Thread-safe.
 */
final class RequestRate {
  /** Those that made a request last; far more than have open connections. */
  private static final int MAX_CALLERS = 10_000;

  private static final double NANOS = 1e9;

  private final int perSecond;
  private final int atOnce;
  private final LongSupplier nanoTime;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MAX_CALLERS;
        }
      };

  private static final class Bucket {
    double left;
    long at;
  }

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  RequestRate(int perSecond, int atOnce, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.atOnce = atOnce;
    this.nanoTime = nanoTime;
  }

  /** Whether one more is within the bounds; if so, it is counted. */
  synchronized boolean take(String caller) {
    long now = nanoTime.getAsLong();
    Bucket bucket = buckets.get(caller);
    if (bucket == null) {
      bucket = new Bucket();
      bucket.left = atOnce;
      buckets.put(caller, bucket);
    } else {
      bucket.left = Math.min(atOnce, bucket.left + (now - bucket.at) / NANOS * perSecond);
    }
    bucket.at = now;
    if (bucket.left < 1) {
      return false;
    }
    bucket.left--;
    return true;
  }
}
