package io.directord.server.store;

import java.nio.file.Path;
import java.util.Comparator;
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
  private final ChunkCheck chunks;
  private long kept;
  private long sum;
  private boolean damaged;
  private K last;

  /**
   * @param sound given every entry that is as it was written, in order
   * @param chunks given every page
   */
  TableCheck(Table<K> table, BiConsumer<K, byte[]> sound, ChunkCheck chunks) {
    this.table = table;
    this.chunks = chunks;
    this.sound = sound;
  }

  /** Looks at all entries of the table as it is in that map. */
  void run(MVMap<K, byte[]> map) {
    visit(map, map::getRootPage, 0, null, null);
  }

  /**
   * @param from no key below the page is before that one, if it is not null
   * @param to all keys below the page are before that one, if it is not null
   */
  private void visit(
      MVMap<K, byte[]> map, Supplier<Page<K, byte[]>> reference, int depth, K from, K to) {
    Page<K, byte[]> page;
    try {
      page = reference.get();
    } catch (RuntimeException e) {
      TablesFile.requireDamage(Path.of(map.getStore().getFileStore().getFileName()), e);
      damaged = true;
      return;
    }
    chunks.page(page);
    long before = kept;
    if (page.isLeaf()) {
      for (int i = 0; i < page.getKeyCount(); i++) {
        entry(map.getKeyType(), page.getKey(i), page.getValue(i), from, to);
      }
    } else if (depth > MAX_DEPTH) {
      damaged = true;
    } else {
      int children = page.getRawChildPageCount();
      for (int i = 0; i < children; i++) {
        int child = i;
        visit(
            map,
            () -> page.getChildPage(child),
            depth + 1,
            i == 0 ? from : page.getKey(i - 1),
            i == children - 1 ? to : page.getKey(i));
      }
    }
    // Also how many there are below a page is written there, and believed.
    damaged |= page.getTotalCount() != kept - before;
  }

  private void entry(Comparator<? super K> order, K key, byte[] value, K from, K to) {
    if (last != null && order.compare(last, key) >= 0 || !table.isSound(key, value)) {
      damaged = true;
      return;
    }
    // It is not found where it is, if what leads there is damaged.
    damaged |= from != null && order.compare(from, key) > 0;
    damaged |= to != null && order.compare(key, to) >= 0;
    last = key;
    kept++;
    sum += table.sumOf(key, value);
    sound.accept(key, value);
  }

  /** How many entries are as they were written. */
  long kept() {
    return kept;
  }

  /** As {@link Table#sum}, of these. */
  long sum() {
    return sum;
  }

  boolean isSound() {
    return !damaged;
  }
}
