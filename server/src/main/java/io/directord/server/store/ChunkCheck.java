package io.directord.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.Page;

/**
 * Whether what a file of tables says of its chunks is true. If it is not, all may be read well, and
 * be written over soon, since H2 takes the room of what is in use for free.
 */
final class ChunkCheck {
  private static final String KEY = "chunk.";
  private static final String ID = "chunk";
  private static final String BLOCK = "block";
  private static final String BLOCKS = "len";
  private static final String PAGES = "pages";
  private static final String LIVE_PAGES = "livePages";

  private final Map<Integer, Integer> pagesInUse = new HashMap<>();

  /** A page that is in use. */
  void page(Page<?, ?> page) {
    if (page.isSaved()) {
      pagesInUse.merge(DataUtils.getPageChunkId(page.getPos()), 1, Integer::sum);
    }
  }

  /** Whether all chunks of the pages that were given are as the file says. */
  boolean isSound(MVStore store) {
    Path path = Path.of(store.getFileStore().getFileName());
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      for (Map.Entry<String, String> entry : store.getLayoutMap().entrySet()) {
        if (entry.getKey().startsWith(KEY)
            && !isSound(DataUtils.parseMap(entry.getValue()), file)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new StoreException("the store " + path + " cannot be read: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      TablesFile.requireDamage(path, e);
      return false;
    }
  }

  private boolean isSound(Map<String, String> chunk, FileChannel file) throws IOException {
    int inUse = pagesInUse.getOrDefault((int) DataUtils.readHexLong(chunk, ID, 0), 0);
    if (inUse == 0) {
      return true;
    }
    long pages = DataUtils.readHexLong(chunk, PAGES, 0);
    return inUse <= DataUtils.readHexLong(chunk, LIVE_PAGES, pages) && isThere(chunk, file);
  }

  /** Whether the chunk itself says the same of how large it is. */
  private static boolean isThere(Map<String, String> chunk, FileChannel file) throws IOException {
    long block = DataUtils.readHexLong(chunk, BLOCK, 0);
    ByteBuffer bytes = ByteBuffer.allocate(EarlierSaves.MAX_LINE_BYTES);
    file.read(bytes, block * EarlierSaves.BLOCK_BYTES);
    String line = StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString();
    return line.startsWith(ID + ":" + chunk.get(ID) + ",")
        && line.contains("," + BLOCKS + ":" + chunk.get(BLOCKS) + ",");
  }
}
