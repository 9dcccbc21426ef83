package io.directord.server.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.Page;

/**
 * Looks at every entry of a table in a file that may be damaged: a page that cannot be read takes
 * only what is below it along.
 *
 * @param <K> type of the table's keys
 */
final class TableCheck<K> {
  /** A damaged page may lead back to itself. */
  private static final int MAX_DEPTH = 20;

  private final Table<K> table;
  private final BiConsumer<K, byte[]> sound;
  private final List<K> damaged = new ArrayList<>();
  private long kept;
  private boolean unreadable;
  private K last;

  /**
   * @param sound given every entry that is as it was written, in order
   */
  TableCheck(Table<K> table, BiConsumer<K, byte[]> sound) {
    this.table = table;
    this.sound = sound;
  }

  /** Looks at all entries of the table as it is in that map. */
  void run(MVMap<K, byte[]> map) {
    visit(map, map::getRootPage, 0);
  }

  private void visit(MVMap<K, byte[]> map, Supplier<Page<K, byte[]>> reference, int depth) {
    Page<K, byte[]> page;
    try {
      page = reference.get();
    } catch (RuntimeException e) {
      // H2 throws whatever the damage leads to.
      unreadable = true;
      return;
    }
    if (page.isLeaf()) {
      for (int i = 0; i < page.getKeyCount(); i++) {
        entry(map, page.getKey(i), page.getValue(i));
      }
    } else if (depth > MAX_DEPTH) {
      unreadable = true;
    } else {
      for (int i = 0; i < page.getRawChildPageCount(); i++) {
        int child = i;
        visit(map, () -> page.getChildPage(child), depth + 1);
      }
    }
  }

  private void entry(MVMap<K, byte[]> map, K key, byte[] value) {
    boolean ordered = last == null || map.getKeyType().compare(last, key) < 0;
    if (ordered && table.isSound(key, value)) {
      last = key;
      kept++;
      sound.accept(key, value);
    } else {
      damaged.add(key);
    }
  }

  /** How many entries are as they were written. */
  long kept() {
    return kept;
  }

  /** Keys of entries that are not as they were written; the key itself may be what is damaged. */
  List<K> damaged() {
    return damaged;
  }

  /** Whether a whole page, and what is below it, could not be read. */
  boolean isUnreadable() {
    return unreadable;
  }

  boolean isSound() {
    return damaged.isEmpty() && !unreadable;
  }
}
