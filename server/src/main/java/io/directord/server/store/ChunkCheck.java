package io.directord.server.store;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.Page;

/**
 * Checks what a file of tables says about its chunks. If that is wrong, everything may be readable
 * now and be overwritten soon, since H2 takes space in use for free. What it says stands twice in
 * the file, in the layout and at the beginning of each chunk, and how many pages of a chunk are in
 * use stands twice in the layout. Of the last chunk the layout says nothing yet.
 */
final class ChunkCheck {
  private static final String KEY = "chunk.";
  private static final String ID = "chunk";
  private static final String BLOCK = "block";
  private static final String BLOCKS = "len";
  private static final String PAGES = "pages";
  private static final String LIVE_PAGES = "livePages";
  private static final String DEAD_PAGES = "occupancy";
  private static final String CONTENTS = "toc";
  private static final String VERSION = "version";
  private static final String ROOT = "root";

  /** What never changes, and stands at the beginning of the chunk too. */
  private static final List<String> FIXED =
      List.of(ID, BLOCKS, PAGES, "max", "map", ROOT, "time", VERSION, CONTENTS);

  /** The map that has the layout. */
  private static final long LAYOUT = 0;

  /** The file's own two headers. */
  private static final int FIRST_BLOCK = 2;

  /** More are in no chunk. */
  private static final int MAX_PAGES = 1 << 20;

  /** A position of a page begins with that many bits for its chunk; in a chunk, for its map. */
  private static final int OWNER_SHIFT = 38;

  /** By chunk, as its table of contents should have them. */
  private final Map<Integer, Set<Long>> pagesInUse = new HashMap<>();

  /** A page that is in use. */
  void page(Page<?, ?> page) {
    if (page.isSaved()) {
      page(page.getMapId(), page.getPos());
    }
  }

  private void page(long map, long position) {
    pagesInUse
        .computeIfAbsent(DataUtils.getPageChunkId(position), id -> new HashSet<>())
        .add(map << OWNER_SHIFT | position & (1L << OWNER_SHIFT) - 1);
  }

  private void pages(Page<?, ?> page) {
    page(page);
    if (!page.isLeaf()) {
      for (int i = 0; i < page.getRawChildPageCount(); i++) {
        pages(page.getChildPage(i));
      }
    }
  }

  /** Whether all chunks are as the file says; the pages of the tables were given before. */
  boolean isSound(MVStore store) {
    Path path = Path.of(store.getFileStore().getFileName());
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      pages(store.getMetaMap().getRootPage());
      MVMap<String, String> about = TablesMeta.map(store);
      if (about != null) {
        pages(about.getRootPage());
      }
      return areSound(store, file);
    } catch (IOException e) {
      throw new StoreException("the store " + path + " cannot be read: " + IoErrors.say(e), e);
    } catch (RuntimeException e) {
      TablesFile.requireDamage(path, e);
      return false;
    }
  }

  private boolean areSound(MVStore store, FileChannel file) throws IOException {
    List<Map<String, String>> chunks = new ArrayList<>();
    for (Map.Entry<String, String> entry : store.getLayoutMap().entrySet()) {
      if (entry.getKey().startsWith(KEY)) {
        Map<String, String> chunk = DataUtils.parseMap(entry.getValue());
        if (!entry.getKey().equals(KEY + chunk.get(ID)) || !isCountSound(chunk)) {
          return false;
        }
        chunks.add(chunk);
      }
    }
    Map<String, String> last = EarlierSaves.last(file);
    if (last == null || number(last, VERSION) != store.getFileStore().lastChunkVersion()) {
      return false;
    }
    page(LAYOUT, number(last, ROOT));
    if (!isCountSound(last)) {
      return false;
    }
    if (chunks.stream().noneMatch(chunk -> chunk.get(ID).equals(last.get(ID)))) {
      chunks.add(last);
    }
    // H2 finds chunks that the layout lacks too, and takes their room for free all the same.
    Set<Integer> known = chunks.stream().map(ChunkCheck::id).collect(Collectors.toSet());
    if (!known.containsAll(pagesInUse.keySet())) {
      return false;
    }
    BitSet taken = new BitSet();
    taken.set(0, FIRST_BLOCK);
    for (Map<String, String> chunk : chunks) {
      if (isLive(chunk)
          && (!isThere(chunk, file) || !hasPages(chunk, file) || !take(chunk, taken))) {
        return false;
      }
    }
    // The beginning of a dead one may be written over: by a save that a crash has ended.
    return chunks.stream().allMatch(chunk -> isLive(chunk) || !isIn(chunk, taken));
  }

  /** What is in use of it, as H2 counts and as it notes page by page, and as was found. */
  private boolean isCountSound(Map<String, String> chunk) {
    String bits = chunk.getOrDefault(DEAD_PAGES, "");
    int dead = BitSet.valueOf(HexFormat.of().parseHex(bits)).cardinality();
    return livePages(chunk) == number(chunk, PAGES) - dead
        && inUse(chunk).size() <= livePages(chunk);
  }

  private Set<Long> inUse(Map<String, String> chunk) {
    return pagesInUse.getOrDefault(id(chunk), Set.of());
  }

  private static int id(Map<String, String> chunk) {
    return (int) number(chunk, ID);
  }

  private static long livePages(Map<String, String> chunk) {
    return DataUtils.readHexLong(chunk, LIVE_PAGES, number(chunk, PAGES));
  }

  private static boolean isLive(Map<String, String> chunk) {
    return livePages(chunk) > 0;
  }

  /** Whether the chunk itself says the same. */
  private static boolean isThere(Map<String, String> chunk, FileChannel file) throws IOException {
    Map<String, String> itself = EarlierSaves.chunk(file, number(chunk, BLOCK));
    return itself != null
        && FIXED.stream().allMatch(key -> Objects.equals(chunk.get(key), itself.get(key)));
  }

  /**
   * Whether its pages are where those who lead to them say, and as long: H2 reads as much as they
   * say, and what is behind the last chunk may be gone soon.
   */
  private boolean hasPages(Map<String, String> chunk, FileChannel file) throws IOException {
    int pages = (int) Math.min(number(chunk, PAGES), MAX_PAGES);
    ByteBuffer contents = ByteBuffer.allocate(pages * Long.BYTES);
    file.read(contents, number(chunk, BLOCK) * EarlierSaves.BLOCK_BYTES + number(chunk, CONTENTS));
    contents.flip();
    Set<Long> missing = new HashSet<>(inUse(chunk));
    while (contents.remaining() >= Long.BYTES) {
      missing.remove(contents.getLong());
    }
    return missing.isEmpty();
  }

  /** Notes that a chunk takes its blocks; false if another has one of them. */
  private static boolean take(Map<String, String> chunk, BitSet taken) {
    boolean isFree = !isIn(chunk, taken);
    int from = (int) number(chunk, BLOCK);
    taken.set(from, from + (int) number(chunk, BLOCKS));
    return isFree;
  }

  private static boolean isIn(Map<String, String> chunk, BitSet taken) {
    int from = (int) number(chunk, BLOCK);
    int next = taken.nextSetBit(from);
    return next >= 0 && next < from + number(chunk, BLOCKS);
  }

  private static long number(Map<String, String> chunk, String key) {
    return DataUtils.readHexLong(chunk, key, 0);
  }
}
