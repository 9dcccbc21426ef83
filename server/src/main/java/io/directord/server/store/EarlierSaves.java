package io.directord.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;

/**
 * Earlier saves in the file of the tables, which exist until their space is reused. H2 opens the
 * last save with an intact header and footer; if its content is damaged, this makes H2 open the one
 * before, in a copy. Every save is a chunk of whole blocks, which begins with a line of text that
 * contains its version.
 */
final class EarlierSaves implements AutoCloseable {
  /** Maximum length of the first line of a chunk. */
  private static final int MAX_LINE_BYTES = 1024;

  private static final String CHUNK = "chunk:";
  private static final Pattern FIELD = Pattern.compile("([A-Za-z]+):([0-9a-f]{1,15})");
  private static final String BLOCK = "block";
  private static final String VERSION = "version";

  private final Path copy;
  private MVStore store;

  EarlierSaves(Path file) throws IOException {
    copy = file.resolveSibling(file.getFileName() + ".earlier");
    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Opens the previous save, and closes the one opened before.
   *
   * @return null if there is none
   * @throws RuntimeException of any kind, because of damage; the next one may be sound all the same
   */
  MVStore next() throws IOException {
    closeStore();
    if (!hideLast()) {
      return null;
    }
    store = TablesFile.openToRead(copy);
    return store;
  }

  /** Hides the last save; returns whether there was one. */
  private boolean hideLast() throws IOException {
    try (BlockFile file = BlockFile.open(copy, false)) {
      Map<String, String> last = last(file);
      if (last != null) {
        long block = DataUtils.readHexLong(last, BLOCK, 0);
        file.write(ByteBuffer.allocate(BlockFile.BLOCK_BYTES), block * BlockFile.BLOCK_BYTES);
      }
      return last != null;
    }
  }

  /** What the newest chunk in the file says of itself, and its block; null if there is none. */
  static Map<String, String> last(BlockFile file) throws IOException {
    Map<String, String> last = null;
    long newest = -1;
    for (long block = 0; block * BlockFile.BLOCK_BYTES < file.size(); block++) {
      Map<String, String> chunk = chunk(file, block);
      long version = chunk == null ? -1 : DataUtils.readHexLong(chunk, VERSION, -1);
      if (version > newest) {
        newest = version;
        last = chunk;
        last.put(BLOCK, Long.toHexString(block));
      }
    }
    return last;
  }

  /** What the chunk that begins there says of itself; null if none does. */
  private static Map<String, String> chunk(BlockFile file, long block) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_LINE_BYTES);
    try {
      file.read(bytes, block * BlockFile.BLOCK_BYTES);
    } catch (DamagedBlockException e) {
      return null;
    }
    String line = StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString();
    if (!line.startsWith(CHUNK)) {
      return null;
    }
    Map<String, String> fields = new HashMap<>();
    Matcher field = FIELD.matcher(line.lines().findFirst().orElse(""));
    while (field.find()) {
      fields.put(field.group(1), field.group(2));
    }
    return fields;
  }

  private void closeStore() {
    if (store != null) {
      store.closeImmediately();
      store = null;
    }
  }

  @Override
  public void close() throws IOException {
    closeStore();
    Files.deleteIfExists(copy);
  }
}
