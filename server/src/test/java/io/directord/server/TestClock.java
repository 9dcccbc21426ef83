package io.directord.server;

import io.directord.server.time.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Both clocks of a machine: time passes, and the wall clock is set, when a test says so. */
public final class TestClock implements InstantSource, LongSupplier {
  private final AtomicLong nanos = new AtomicLong();
  private volatile Instant wallAtZero = Instant.parse("2026-06-01T00:00:00Z");

  @Override
  public Instant instant() {
    return wallAtZero.plusNanos(nanos.get());
  }

  /** As {@link System#nanoTime}. */
  @Override
  public long getAsLong() {
    return nanos.get();
  }

  /** Nothing is gathered by these: each look at the clock for that comes much later. */
  public Clocks all() {
    AtomicLong looks = new AtomicLong();
    return new Clocks(this, this, () -> looks.addAndGet(Duration.ofSeconds(1).toNanos()));
  }

  /** Time passes; who looks only afterwards was absent meanwhile. */
  public void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /** Somebody sets the wall clock. */
  public void set(Duration forward) {
    wallAtZero = wallAtZero.plus(forward);
  }
}
