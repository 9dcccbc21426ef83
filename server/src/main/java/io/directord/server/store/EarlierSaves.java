package io.directord.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  static final int MAX_LINE_BYTES = 1024;

  private static final byte[] CHUNK = "chunk:".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern VERSION = Pattern.compile(",version:([0-9a-f]{1,15})");

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
      long newest = -1;
      long at = -1;
      for (long block = 0; block < file.size(); block += BLOCK_BYTES) {
        long version = version(file, block);
        if (version > newest) {
          newest = version;
          at = block;
        }
      }
      if (at >= 0) {
        file.write(ByteBuffer.allocate(CHUNK.length), at);
      }
      return at >= 0;
    }
  }

  /** Of the chunk that begins there; negative if none does. */
  private static long version(FileChannel file, long block) throws IOException {
    ByteBuffer line = ByteBuffer.allocate(MAX_LINE_BYTES);
    file.read(line, block);
    if (!line.flip()
        .slice(0, Math.min(line.limit(), CHUNK.length))
        .equals(ByteBuffer.wrap(CHUNK))) {
      return -1;
    }
    Matcher version = VERSION.matcher(StandardCharsets.ISO_8859_1.decode(line));
    return version.find() ? Long.parseLong(version.group(1), 16) : -1;
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
