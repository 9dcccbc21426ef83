package io.directord.server.store;

import java.util.Map;
import java.util.function.LongSupplier;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;

/**
 * Sets how long H2 keeps the space of replaced pages. H2 uses the wall clock, and stores times in
 * the file. If the clock was set back, now or before this start, no space would be freed until it
 * has caught up, and the file would grow. So while the clock is behind, space is freed at once.
 */
final class RoomClock {
  /** With this value H2 does not read a clock. */
  private static final int AT_ONCE = -1;

  private static final String CREATED = "created";
  private static final String CHUNK = "chunk.";
  private static final String SINCE_CREATION = "time";

  private final LongSupplier wallMillis;
  private final int retentionMillis;
  private long latest = Long.MIN_VALUE;

  /**
   * @param wallMillis as {@link System#currentTimeMillis}
   * @param retentionMillis retention while the clock is right
   */
  RoomClock(LongSupplier wallMillis, int retentionMillis) {
    this.wallMillis = wallMillis;
    this.retentionMillis = retentionMillis;
  }

  /** Sets the retention of the store. */
  void set(MVStore store) {
    store.setRetentionTime(retentionMillis(newest(store)));
  }

  /** Time of the last write, according to the file. */
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
   * The retention in milliseconds; negative for none.
   *
   * @param written time of the last write, by the clock of that time
   */
  int retentionMillis(long written) {
    long now = wallMillis.getAsLong();
    latest = Math.max(Math.max(latest, written), now);
    return latest - now > retentionMillis ? AT_ONCE : retentionMillis;
  }
}
