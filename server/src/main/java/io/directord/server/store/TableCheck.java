package io.directord.server.store;

import java.nio.file.Path;
import java.util.Comparator;
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
  /** Against cycles, since a damaged page may refer to itself. */
  private static final int MAX_DEPTH = 20;

  private final StoreTable<K> table;
  private final BiConsumer<K, byte[]> sound;
  private final ChunkCheck chunks;
  private long kept;
  private long sum;
  private boolean damaged;
  private K last;

  /**
   * @param sound receives every sound entry, in order
   * @param chunks receives every page
   */
  TableCheck(StoreTable<K> table, BiConsumer<K, byte[]> sound, ChunkCheck chunks) {
    this.table = table;
    this.chunks = chunks;
    this.sound = sound;
  }

  /** Checks all entries of the table in that map. */
  void run(MVMap<K, byte[]> map) {
    visit(map, map::getRootPage, 0, null, null);
  }

  /**
   * @param from lower bound of keys below the page, or null
   * @param to exclusive upper bound of keys below the page, or null
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
    // An entry outside its page's bounds would not be found.
    damaged |= from != null && order.compare(from, key) > 0;
    damaged |= to != null && order.compare(key, to) >= 0;
    last = key;
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
