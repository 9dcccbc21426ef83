package io.directord.server.store;

import io.directord.common.storage.IoErrors;
import io.directord.common.validation.LaterVersionException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A file of blocks, each followed by a CRC-32C over its number and its content, since H2 has no
 * checksums of what it writes. It begins with {@link #MAGIC}; positions count the content alone.
 * Files of earlier versions are H2's alone, without checksums, which is told from their first
 * bytes. One thread writes, any thread reads.
 */
final class BlockFile implements AutoCloseable {
  static final int BLOCK_BYTES = 4096;

  private static final byte[] MAGIC = "directord tables".getBytes(StandardCharsets.US_ASCII);

  /** The same in all versions; behind it, a later layout has another character. */
  private static final byte[] NAME = Arrays.copyOf(MAGIC, MAGIC.length - 1);

  /** With this H2 begins each of the first two blocks. */
  private static final byte[] PLAIN_BEGIN = "H:2,".getBytes(StandardCharsets.US_ASCII);

  /** How much is read or written at once, in blocks. */
  private static final int PART_BLOCKS = 256;

  private final Path path;
  private final FileChannel channel;
  private final boolean isPlain;
  private final int headerBytes;
  private final int blockBytes;

  private BlockFile(Path path, FileChannel channel, boolean isWritable) throws IOException {
    this.path = path;
    this.channel = channel;
    this.isPlain = hasAt(0, PLAIN_BEGIN) || hasAt(BLOCK_BYTES, PLAIN_BEGIN);
    this.headerBytes = isPlain ? 0 : MAGIC.length;
    this.blockBytes = isPlain ? BLOCK_BYTES : BLOCK_BYTES + Integer.BYTES;
    if (isWritable && channel.size() == 0) {
      writeAll(ByteBuffer.wrap(MAGIC), 0);
    }
  }

  /**
   * Opens an existing file, and locks it until it is closed: for others to read if it is opened to
   * read, else for nobody else. An empty one is begun.
   *
   * @throws StoreException if another process has it, or it may not be used
   */
  static BlockFile open(Path path, boolean isReadOnly) {
    Set<StandardOpenOption> options =
        isReadOnly
            ? Set.of(StandardOpenOption.READ)
            : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, options);
      lock(path, channel, isReadOnly);
      BlockFile file = new BlockFile(path, channel, !isReadOnly);
      if (file.isLater()) {
        throw new StoreException(
            new LaterVersionException("the store " + path, "blocks of another layout"));
      }
      return file;
    } catch (IOException | StoreException e) {
      closeAfter(e, channel);
      if (e instanceof IOException io) {
        throw new StoreException(
            "the store " + path + " cannot be opened: " + IoErrors.say(io), io);
      }
      throw (StoreException) e;
    }
  }

  private static void lock(Path path, FileChannel channel, boolean isShared) throws IOException {
    boolean isLocked;
    try {
      isLocked = channel.tryLock(0, Long.MAX_VALUE, isShared) != null;
    } catch (OverlappingFileLockException e) {
      isLocked = false;
    }
    if (!isLocked) {
      throw new StoreException(
          "another server uses " + path + ": stop it, or give this one another --state-path", null);
    }
  }

  private static void closeAfter(Exception failure, FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /** Whether it is H2's alone, without checksums. */
  boolean isPlain() {
    return isPlain;
  }

  /** A damaged byte in the magic leaves one of H2's headers sound; another layout does not. */
  private boolean isLater() throws IOException {
    return hasAt(0, NAME) && !hasAt(0, MAGIC) && !isSound(0, 1) && !isSound(1, 1);
  }

  /** Number of bytes of content, in whole blocks. */
  long size() throws IOException {
    // To ask the channel would close it where a thread is interrupted.
    return Math.max(0, Files.size(path) - headerBytes) / blockBytes * BLOCK_BYTES;
  }

  /**
   * Fills the buffer with what begins at that position.
   *
   * @throws DamagedBlockException if a block of it is not as it was written
   * @throws EOFException if the file is shorter
   */
  void read(ByteBuffer content, long position) throws IOException {
    long at = position;
    Blocks blocks = null;
    while (content.hasRemaining()) {
      long first = at / BLOCK_BYTES;
      int skip = (int) (at % BLOCK_BYTES);
      int count = (skip + content.remaining() + BLOCK_BYTES - 1) / BLOCK_BYTES;
      count = Math.min(count, PART_BLOCKS);
      blocks = blocks == null ? new Blocks(count) : blocks;
      blocks.fill(first, count);
      for (int i = 0; i < count; i++) {
        at += blocks.take(i, skip, content);
        skip = 0;
      }
    }
  }

  /** Whether these blocks are as they were written, as far as the file tells. */
  boolean isSound(long first, int count) throws IOException {
    Blocks blocks = new Blocks(Math.min(count, PART_BLOCKS));
    try {
      for (int done = 0; done < count; done += PART_BLOCKS) {
        blocks.fill(first + done, Math.min(PART_BLOCKS, count - done));
      }
      return true;
    } catch (DamagedBlockException | EOFException e) {
      return false;
    }
  }

  /** Whether the file begins as it should. */
  boolean hasSoundBegin() throws IOException {
    return isPlain || hasAt(0, MAGIC);
  }

  /**
   * Writes whole blocks.
   *
   * @param content a multiple of {@link #BLOCK_BYTES}
   * @param position where it goes, a multiple of that too
   */
  void write(ByteBuffer content, long position) throws IOException {
    if (content.remaining() % BLOCK_BYTES != 0 || position % BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          content.remaining() + " bytes at " + position + " are not whole blocks");
    }
    Blocks blocks = new Blocks(Math.min(content.remaining() / BLOCK_BYTES, PART_BLOCKS));
    long first = position / BLOCK_BYTES;
    while (content.hasRemaining()) {
      int count = Math.min(content.remaining() / BLOCK_BYTES, PART_BLOCKS);
      blocks.write(first, count, content);
      first += count;
    }
  }

  void truncate(long size) throws IOException {
    channel.truncate(headerBytes + size / BLOCK_BYTES * blockBytes);
  }

  void sync() throws IOException {
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private boolean hasAt(long position, byte[] expected) throws IOException {
    ByteBuffer found = ByteBuffer.allocate(expected.length);
    while (found.hasRemaining()) {
      if (channel.read(found, position + found.position()) < 0) {
        return false;
      }
    }
    return found.flip().equals(ByteBuffer.wrap(expected));
  }

  private void writeAll(ByteBuffer bytes, long position) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes, position + bytes.position());
    }
  }

  /** Some blocks that follow each other, as they are in the file. */
  private final class Blocks {
    private final ByteBuffer bytes;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    private final CRC32C crc = new CRC32C();

    Blocks(int maxCount) {
      bytes = ByteBuffer.allocate(maxCount * blockBytes);
    }

    /** Reads and verifies them. */
    void fill(long first, int count) throws IOException {
      bytes.clear().limit(count * blockBytes);
      long begin = headerBytes + first * blockBytes;
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, begin + bytes.position()) < 0) {
          throw new EOFException(
              "the file ends in block " + (first + bytes.position() / blockBytes));
        }
      }
      for (int i = 0; i < count && !isPlain; i++) {
        if (bytes.getInt(i * blockBytes + BLOCK_BYTES) != checksum(first + i, i)) {
          throw new DamagedBlockException(first + i);
        }
      }
    }

    /** Copies from one of them, as much as fits; returns how much. */
    int take(int index, int skip, ByteBuffer to) {
      int length = Math.min(BLOCK_BYTES - skip, to.remaining());
      to.put(bytes.array(), index * blockBytes + skip, length);
      return length;
    }

    void write(long first, int count, ByteBuffer content) throws IOException {
      bytes.clear().limit(count * blockBytes);
      for (int i = 0; i < count; i++) {
        content.get(bytes.array(), i * blockBytes, BLOCK_BYTES);
        if (!isPlain) {
          bytes.putInt(i * blockBytes + BLOCK_BYTES, checksum(first + i, i));
        }
      }
      writeAll(bytes, headerBytes + first * blockBytes);
    }

    private int checksum(long block, int index) {
      crc.reset();
      crc.update(number.clear().putLong(block).flip());
      crc.update(bytes.array(), index * blockBytes, BLOCK_BYTES);
      return (int) crc.getValue();
    }
  }
}
