package io.directord.server.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** Whether all entries of all tables are as they were written. */
final class StoreCheck {
  private final List<Table<?>> tables;
  private final Map<Table<?>, TableCheck<?>> checks = new LinkedHashMap<>();
  private final Map<String, Long> expected;
  private final Map<String, Long> expectedSums;
  private final ChunkCheck chunks = new ChunkCheck();

  /** Looks at tables of which no more is known. */
  StoreCheck(List<Table<?>> tables) {
    this(tables, Map.of(), null);
  }

  /**
   * @param sizes how many entries the tables had when they were saved, as far as that is known
   * @param sums what their entries added up to; null if unknown
   */
  StoreCheck(List<Table<?>> tables, Map<String, Long> sizes, Map<String, Long> sums) {
    this.tables = tables;
    this.expected = sizes;
    this.expectedSums = sums == null ? Map.of() : sums;
    tables.forEach(table -> checks.put(table, look(table, chunks)));
  }

  private static <K> TableCheck<K> look(Table<K> table, ChunkCheck chunks) {
    TableCheck<K> check = new TableCheck<>(table, (key, value) -> {}, chunks);
    check.run(table.map());
    return check;
  }

  boolean isSound() {
    return chunks.isSound(tables.get(0).map().getStore())
        && checks.entrySet().stream().allMatch(e -> isSound(e.getKey().name(), e.getValue()));
  }

  private boolean isSound(String table, TableCheck<?> check) {
    return check.isSound()
        && check.kept() == expected.getOrDefault(table, check.kept())
        && check.sum() == expectedSums.getOrDefault(table, check.sum());
  }

  /** Puts what is sound into another file, which nobody reads yet. */
  void copyTo(MVStore other) {
    tables.forEach(table -> copy(table, other));
  }

  private static <K> void copy(Table<K> table, MVStore other) {
    MVMap<K, byte[]> into = table.openIn(other);
    TableCheck<K> check =
        new TableCheck<>(
            table,
            (key, value) -> {
              into.put(key, value);
              if (other.getUnsavedMemory() > Tables.MAX_LOG_BYTES) {
                other.commit();
              }
            },
            new ChunkCheck());
    check.run(table.map());
  }

  /** How many sound entries each table has. */
  Map<String, Long> sizes() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    checks.forEach((table, check) -> sizes.put(table.name(), check.kept()));
    return sizes;
  }

  /** What the sound entries of each table add up to, see {@link Table#sum}. */
  Map<String, Long> sums() {
    Map<String, Long> sums = new LinkedHashMap<>();
    checks.forEach((table, check) -> sums.put(table.name(), check.sum()));
    return sums;
  }

  /** The tables are opened, and have what is sound. */
  void handOver() {
    checks.forEach((table, check) -> table.goOnFrom(check.sum()));
  }

  /**
   * What the tables lack now, of what they had when they were saved: such as {@code 2 of 100
   * nodes}.
   */
  List<String> missingNow() {
    List<String> missing = new ArrayList<>();
    checks.forEach(
        (table, check) -> {
          Long had = expected.get(table.name());
          if (had == null && !check.isSound()) {
            missing.add("an unknown number of " + table.name());
          } else if (had != null && had > table.map().sizeAsLong()) {
            missing.add(had - table.map().sizeAsLong() + " of " + had + " " + table.name());
          }
        });
    return missing;
  }
}
