package io.directord.server.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.Page;

/** Checks all entries of all tables for damage. */
final class StoreCheck {
  private final List<StoreTable<?>> tables;
  private final Map<StoreTable<?>, TableCheck<?>> checks = new LinkedHashMap<>();
  private final Map<String, Long> expected;
  private final Map<String, Long> expectedSums;

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
    tables.forEach(table -> checks.put(table, look(table)));
  }

  private static <K> TableCheck<K> look(StoreTable<K> table) {
    TableCheck<K> check = new TableCheck<>(table, (key, value) -> {});
    check.run(table.map());
    return check;
  }

  boolean isSound() {
    return checks.entrySet().stream().allMatch(e -> isSound(e.getKey().name(), e.getValue()));
  }

  private boolean isSound(String table, TableCheck<?> check) {
    return check.isSound()
        && check.kept() == expected.getOrDefault(table, check.kept())
        && check.sum() == expectedSums.getOrDefault(table, check.sum());
  }

  /**
   * Writes sound entries to another file, which is not in use yet. It ends with two saves that have
   * the same, each with its own pages that lead to the entries, so that damage of one of these does
   * not take all that is below it.
   *
   * @param savedSeq number of the last record of the log in the tables
   * @param logKey key of the log
   * @param savedAt when the tables were saved; null if it is not known
   */
  void writeTo(Path fresh, long savedSeq, Integer logKey, Instant savedAt) throws IOException {
    TablesMeta meta = TablesMeta.ofSave(savedSeq, logKey, sizes(), sums(), savedAt);
    try (MVStore into = TablesFile.open(fresh)) {
      tables.forEach(table -> copy(table, into));
      TablesFile.commit(into, meta);
      tables.forEach(table -> touchInnerPages(table.openIn(into)));
      TablesFile.commit(into, meta);
      into.sync();
    }
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
            });
    check.run(table.map());
  }

  /** Has all pages but the leaves written anew, and one leaf below each. */
  private static <K> void touchInnerPages(MVMap<K, byte[]> map) {
    List<K> keys = new ArrayList<>();
    addFirstKeys(map.getRootPage(), keys);
    keys.forEach(key -> map.put(key, map.get(key)));
  }

  private static <K> void addFirstKeys(Page<K, byte[]> page, List<K> keys) {
    if (page.isLeaf()) {
      keys.addAll(page.getKeyCount() == 0 ? List.of() : List.of(page.getKey(0)));
      return;
    }
    int children = page.getChildPage(0).isLeaf() ? 1 : page.getRawChildPageCount();
    for (int i = 0; i < children; i++) {
      addFirstKeys(page.getChildPage(i), keys);
    }
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
