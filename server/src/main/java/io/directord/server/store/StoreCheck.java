package io.directord.server.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** Checks all entries of all tables for damage. */
final class StoreCheck {
  private final List<StoreTable<?>> tables;
  private final Map<StoreTable<?>, TableCheck<?>> checks = new LinkedHashMap<>();
  private final Map<String, Long> expected;
  private final Map<String, Long> expectedSums;
  private final ChunkCheck chunks = new ChunkCheck();

  /** Looks at tables of which no more is known. */
  StoreCheck(List<StoreTable<?>> tables) {
    this(tables, Map.of(), null);
  }

  /**
   * @param sizes number of entries of each table at the last save, as far as known
   * @param sums what their entries added up to; null if unknown
   */
  StoreCheck(List<StoreTable<?>> tables, Map<String, Long> sizes, Map<String, Long> sums) {
    this.tables = tables;
    this.expected = sizes;
    this.expectedSums = sums == null ? Map.of() : sums;
    tables.forEach(table -> checks.put(table, look(table, chunks)));
  }

  private static <K> TableCheck<K> look(StoreTable<K> table, ChunkCheck chunks) {
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

  /** Copies sound entries to another file, which is not in use yet. */
  void copyTo(MVStore other) {
    tables.forEach(table -> copy(table, other));
  }

  private static <K> void copy(StoreTable<K> table, MVStore other) {
    MVMap<K, byte[]> into = table.openIn(other);
    TableCheck<K> check =
        new TableCheck<>(
            table,
            (key, value) -> {
              into.put(key, value);
              if (other.getUnsavedMemory() > StoreTables.MAX_LOG_BYTES) {
                other.commit();
              }
            },
            new ChunkCheck());
    check.run(table.map());
  }

  /** Number of sound entries of each table. */
  Map<String, Long> sizes() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    checks.forEach((table, check) -> sizes.put(table.name(), check.kept()));
    return sizes;
  }

  /** What the sound entries of each table add up to, see {@link StoreTable#sum}. */
  Map<String, Long> sums() {
    Map<String, Long> sums = new LinkedHashMap<>();
    checks.forEach((table, check) -> sums.put(table.name(), check.sum()));
    return sums;
  }

  /** The tables are opened, and have what is sound. */
  void handOver() {
    checks.forEach((table, check) -> table.goOnFrom(check.sum()));
  }

  /** The missing entries since the last save, such as {@code 2 of 100 nodes}. */
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
