package io.directord.server.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** Whether all entries of all tables are as they were written, and which are not. */
final class StoreCheck {
  /** Keys beyond these are counted only. */
  private static final int MAX_NAMED = 20;

  private final List<Table<?>> tables;
  private final Map<Table<?>, TableCheck<?>> checks = new LinkedHashMap<>();
  private final Map<String, Long> expected;

  /**
   * @param meta null if an earlier version wrote the file
   */
  StoreCheck(List<Table<?>> tables, TablesMeta meta) {
    this.tables = tables;
    this.expected = meta == null ? Map.of() : meta.sizes();
    tables.forEach(table -> checks.put(table, look(table)));
  }

  private static <K> TableCheck<K> look(Table<K> table) {
    TableCheck<K> check = new TableCheck<>(table, (key, value) -> {});
    check.run(table.map());
    return check;
  }

  boolean isSound() {
    return checks.entrySet().stream()
        .allMatch(
            entry ->
                entry.getValue().isSound()
                    && entry.getValue().kept() == expected(entry.getKey(), entry.getValue()));
  }

  private long expected(Table<?> table, TableCheck<?> check) {
    return expected.getOrDefault(table.name(), check.kept());
  }

  /** Puts what is sound into another file. */
  void copyTo(MVStore other) {
    tables.forEach(table -> copy(table, other));
  }

  private static <K> void copy(Table<K> table, MVStore other) {
    MVMap<K, byte[]> into = table.openIn(other);
    new TableCheck<>(table, into::put).run(table.map());
  }

  /** How many sound entries each table has. */
  Map<String, Long> sizes() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    checks.forEach((table, check) -> sizes.put(table.name(), check.kept()));
    return sizes;
  }

  /** What is missing, for people. */
  String missing() {
    List<String> missing = new ArrayList<>();
    checks.forEach(
        (table, check) -> {
          long lost = expected(table, check) - check.kept();
          if (lost > 0 || !check.isSound()) {
            missing.add(missing(table, check, lost));
          }
        });
    return missing.isEmpty() ? "nothing is missing" : "missing: " + String.join(", ", missing);
  }

  private String missing(Table<?> table, TableCheck<?> check, long lost) {
    String count =
        expected.containsKey(table.name())
            ? lost + " of " + expected.get(table.name())
            : "an unknown number of";
    String keys =
        check.damaged().stream()
            .limit(MAX_NAMED)
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    return count + " entries of " + table.name() + (keys.isEmpty() ? "" : " (" + keys + ")");
  }
}
