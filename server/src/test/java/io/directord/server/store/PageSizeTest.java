package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.InMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * H2 bounds its cache, its pages and what is unsaved by what pages say that they take. If they say
 * too little, a start that looks at all of them fills the heap.
 */
class PageSizeTest {
  private static final int SMALL = 3000;
  private static final int LARGE = 60;
  private static final int LARGE_BYTES = 300_000;

  @TempDir(factory = InMemory.class)
  Path directory;

  @Test
  void aPageTakesWhatItSaysAlsoWhereLargeValuesFollowSmallOnes() throws IOException {
    fill();

    StoreTables tables = new StoreTables(directory);
    StoreTable<Long> table = tables.byNumber("results");
    try (MVStore read = TablesFile.openToRead(tables.file())) {
      table.open(read);
      assertSaysWhatItTakes(table.map().getRootPage());
    }
  }

  private void fill() throws IOException {
    try (StoreTables tables = new StoreTables(directory)) {
      StoreTable<Long> table = tables.byNumber("results");
      tables.open();
      for (long key = 0; key < SMALL + LARGE; key++) {
        table.put(key, new byte[key < SMALL ? 10 : LARGE_BYTES]);
        tables.commit();
      }
    }
  }

  private static void assertSaysWhatItTakes(Page<Long, byte[]> page) {
    if (page.isLeaf()) {
      int keys = page.getKeyCount();
      long bytes = IntStream.range(0, keys).mapToLong(at -> page.getValue(at).length).sum();
      assertTrue(page.getMemory() >= bytes, "of " + bytes + " bytes it says " + page.getMemory());
    } else {
      for (int i = 0; i < page.getRawChildPageCount(); i++) {
        assertSaysWhatItTakes(page.getChildPage(i));
      }
    }
  }
}
