package io.directord.server.store;

import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.Page;

/**
 * Checks every entry of a table in a file that may be damaged: an unreadable page loses only the
 * entries below it.
 *
 * @param <K> type of the table's keys
 */
final class TableCheck<K> {
  private final StoreTable<K> table;
  private final BiConsumer<K, byte[]> sound;
  private long kept;
  private long sum;
  private boolean damaged;

  /**
   * @param sound receives every sound entry, in order
   */
  TableCheck(StoreTable<K> table, BiConsumer<K, byte[]> sound) {
    this.table = table;
    this.sound = sound;
  }

  /** Checks all entries of the table in that map. */
  void run(MVMap<K, byte[]> map) {
    visit(map, map::getRootPage);
  }

  private void visit(MVMap<K, byte[]> map, Supplier<Page<K, byte[]>> reference) {
    Page<K, byte[]> page;
    try {
      page = reference.get();
    } catch (RuntimeException e) {
      TablesFile.requireDamage(Path.of(map.getStore().getFileStore().getFileName()), e);
      damaged = true;
      return;
    }
    if (page.isLeaf()) {
      for (int i = 0; i < page.getKeyCount(); i++) {
        entry(page.getKey(i), page.getValue(i));
      }
    } else {
      for (int i = 0; i < page.getRawChildPageCount(); i++) {
        int child = i;
        visit(map, () -> page.getChildPage(child));
      }
    }
  }

  private void entry(K key, byte[] value) {
    if (!table.isSound(key, value)) {
      damaged = true;
      return;
    }
    kept++;
    sum += table.sumOf(key, value);
    sound.accept(key, value);
  }

  /** Number of sound entries. */
  long kept() {
    return kept;
  }

  /** As {@link StoreTable#sum}, of these. */
  long sum() {
    return sum;
  }

  boolean isSound() {
    return !damaged;
  }
}
