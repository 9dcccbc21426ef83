package io.directord.server.store;

import io.directord.common.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import tools.jackson.core.JacksonException;

/**
 * Metadata in the file of the tables, as of its last save.
 *
 * @param format of what the tables have: a later version that changes that in a way that this one
 *     would not understand, or would lose, counts it up, in the save with which it first opens
 *     them; null as an earlier version wrote it, which is the same as 1
 * @param savedSeq number of the last record of the redo log in the tables
 * @param logKey key of the redo log; null if there is none yet
 * @param sizes number of entries of each table
 * @param sums of each table, see {@link StoreTable#sum}; null as an earlier version wrote it
 * @param savedAt when the tables were saved; null as an earlier version wrote it
 */
record TablesMeta(
    Integer format,
    long savedSeq,
    Integer logKey,
    Map<String, Long> sizes,
    Map<String, Long> sums,
    Instant savedAt) {
  private static final int FORMAT = 1;

  private static final String TABLE = "about";
  private static final String KEY = "tables";

  /** JSON with a checksum. */
  private record Sealed(String json, long checksum) {}

  static TablesMeta ofNew() {
    return ofSave(0, null, Map.of(), Map.of(), Instant.now());
  }

  /** Whether only a later version knows the format. */
  boolean isLater() {
    return format != null && format > FORMAT;
  }

  /** In the format of this version. */
  static TablesMeta ofSave(
      long savedSeq,
      Integer logKey,
      Map<String, Long> sizes,
      Map<String, Long> sums,
      Instant savedAt) {
    return new TablesMeta(FORMAT, savedSeq, logKey, sizes, sums, savedAt);
  }

  /** Whether the file has metadata; those of earlier versions have none. */
  static boolean isIn(MVStore store) {
    return store.hasMap(TABLE);
  }

  /**
   * Null if it is not {@link #isIn} the file.
   *
   * @throws DamagedValueException if it is damaged
   */
  static TablesMeta read(MVStore store) {
    if (!isIn(store)) {
      return null;
    }
    String text = table(store).get(KEY);
    try {
      Sealed sealed = text == null ? null : Json.read(text, Sealed.class);
      if (sealed == null || sealed.checksum != checksum(sealed.json)) {
        throw new DamagedValueException(TABLE, KEY);
      }
      return Json.read(sealed.json, TablesMeta.class);
    } catch (JacksonException e) {
      throw new DamagedValueException(TABLE, KEY);
    }
  }

  void write(MVStore store) {
    String json = Json.text(this);
    table(store).put(KEY, Json.text(new Sealed(json, checksum(json))));
  }

  private static MVMap<String, String> table(MVStore store) {
    return store.openMap(
        TABLE,
        new MVMap.Builder<String, String>().keyType(PageTypes.TEXTS).valueType(PageTypes.TEXTS));
  }

  private static long checksum(String json) {
    CRC32C crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
