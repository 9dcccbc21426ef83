package io.directord.server.store;

import java.util.function.LongSupplier;

/**
 * For how long H2 keeps the room of what was replaced. It counts by the wall clock, and when that
 * is set back, by a moment that stays until the clock has caught up: it would win back nothing
 * until then, and the file would grow. So while the clock is behind, the room is free at once.
 */
final class RoomClock {
  private final LongSupplier wallMillis;
  private final int retentionMillis;
  private long latest = Long.MIN_VALUE;

  /**
   * @param wallMillis as {@link System#currentTimeMillis}
   * @param retentionMillis for how long while the clock goes on as it should
   */
  RoomClock(LongSupplier wallMillis, int retentionMillis) {
    this.wallMillis = wallMillis;
    this.retentionMillis = retentionMillis;
  }

  /** For how long from now on, in milliseconds. */
  int retentionMillis() {
    long now = wallMillis.getAsLong();
    latest = Math.max(latest, now);
    return latest - now > retentionMillis ? 0 : retentionMillis;
  }
}
