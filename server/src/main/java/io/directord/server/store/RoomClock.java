package io.directord.server.store;

import java.util.Map;
import java.util.function.LongSupplier;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;

/**
 * For how long H2 keeps the room of what was replaced. It counts by the wall clock, and notes in
 * the file when it wrote what. When the clock is behind that, since it was set back, now or before
 * this start, nothing would be won back until it has caught up, and the file would grow. So while
 * the clock is behind, the room is free at once.
 */
final class RoomClock {
  /** H2 asks no clock then. */
  private static final int AT_ONCE = -1;

  private static final String CREATED = "created";
  private static final String CHUNK = "chunk.";
  private static final String SINCE_CREATION = "time";

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

  /** Has the store keep room as it should from now on. */
  void set(MVStore store) {
    store.setRetentionTime(retentionMillis(newest(store)));
  }

  /** When something in the file was written last, as far as the file says. */
  private static long newest(MVStore store) {
    long newest = 0;
    for (Map.Entry<String, String> entry : store.getLayoutMap().entrySet()) {
      if (entry.getKey().startsWith(CHUNK)) {
        Map<String, String> chunk = DataUtils.parseMap(entry.getValue());
        newest = Math.max(newest, DataUtils.readHexLong(chunk, SINCE_CREATION, 0));
      }
    }
    return DataUtils.readHexLong(store.getStoreHeader(), CREATED, 0) + newest;
  }

  /**
   * For how long from now on, in milliseconds; negative if not at all.
   *
   * @param written when something was written, by the clock as it was then
   */
  int retentionMillis(long written) {
    long now = wallMillis.getAsLong();
    latest = Math.max(Math.max(latest, written), now);
    return latest - now > retentionMillis ? AT_ONCE : retentionMillis;
  }
}
