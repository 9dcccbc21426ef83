package io.directord.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;

/**
 * A file of tables has the saves before its last one too, until their room is used again. H2 looks
 * at the last one that begins and ends as it should; if something inside of that is damaged, this
 * shows it the one before, in a copy. Every save is a chunk of whole blocks, which begins with a
 * line of text that has its version.
 */
final class EarlierSaves implements AutoCloseable {
  static final int BLOCK_BYTES = 4096;

  /** The line that a chunk begins with is shorter. */
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
   * The save before; the one that was given before is closed.
   *
   * @return null if there is none
   * @throws RuntimeException whatever damage leads to; the next one may be sound all the same
   */
  MVStore next() throws IOException {
    closeStore();
    // H2 may leave a file locked that it could not open.
    Path again = copy.resolveSibling(copy.getFileName() + "-next");
    Files.copy(copy, again, StandardCopyOption.REPLACE_EXISTING);
    Files.move(again, copy, StandardCopyOption.ATOMIC_MOVE);
    if (!hideLast()) {
      return null;
    }
    store = TablesFile.openToRead(copy);
    return store;
  }

  /** Whether there was one to hide. */
  private boolean hideLast() throws IOException {
    try (FileChannel file =
        FileChannel.open(copy, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Map<String, String> last = last(file);
      if (last != null) {
        long block = DataUtils.readHexLong(last, BLOCK, 0);
        file.write(ByteBuffer.allocate(CHUNK.length()), block * BLOCK_BYTES);
      }
      return last != null;
    }
  }

  /** What the newest chunk in the file says of itself, and its block; null if there is none. */
  static Map<String, String> last(FileChannel file) throws IOException {
    Map<String, String> last = null;
    long newest = -1;
    for (long block = 0; block * BLOCK_BYTES < file.size(); block++) {
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
  static Map<String, String> chunk(FileChannel file, long block) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_LINE_BYTES);
    file.read(bytes, block * BLOCK_BYTES);
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
