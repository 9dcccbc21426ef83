package io.directord.server.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipOutputStream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.RandomAccessStore;
import org.h2.mvstore.SFChunk;

/**
 * Where H2 has its chunks: in a {@link BlockFile}, so that whatever H2 reads is what it has
 * written. H2 takes a chunk whose header or footer cannot be read for one that is not there.
 */
final class BlockFileStore extends RandomAccessStore {
  private static final System.Logger LOG = System.getLogger(BlockFileStore.class.getName());

  /** H2's two copies of its header, of a block each, which it tells apart and checks itself. */
  private static final int HEADER_BLOCKS = 2;

  /** The version of H2's format that it writes. */
  private static final int FORMAT = 3;

  private final BlockFile file;

  private BlockFileStore(BlockFile file, long size, boolean readOnly, int cacheMib) {
    super(Map.of("cacheSize", cacheMib));
    this.file = file;
    init(file.toString(), readOnly);
    setSize(size);
  }

  /**
   * Opens an existing file.
   *
   * @throws StoreException as {@link BlockFile#open}
   */
  static BlockFileStore open(Path path, boolean readOnly, int cacheMib) {
    BlockFile file = BlockFile.open(path, readOnly);
    try {
      return new BlockFileStore(file, file.size(), readOnly, cacheMib);
    } catch (IOException e) {
      close(file);
      throw new StoreException("the store " + path + " cannot be opened: " + IoErrors.say(e), e);
    }
  }

  private static void close(BlockFile file) {
    try {
      file.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing " + file, e);
    }
  }

  static BlockFileStore of(MVStore store) {
    return (BlockFileStore) store.getFileStore();
  }

  /** Whether an earlier version has written the file, without checksums. */
  boolean isPlain() {
    return file.isPlain();
  }

  /** Whether the file was cut off at a place that H2 has written to. */
  boolean isCutShort() throws IOException {
    return file.size() < size();
  }

  /**
   * Whether all blocks of chunks in use are as they were written, also those parts that are only
   * read when something is changed.
   */
  boolean isSound() throws IOException {
    for (SFChunk chunk : getChunks().values()) {
      boolean isInUse = chunk.block != 0 && chunk.maxLenLive > 0;
      if (isInUse && !file.isSound(chunk.block, chunk.len)) {
        return false;
      }
    }
    return file.hasSoundBegin() && (file.isSound(0, 1) || file.isSound(1, 1));
  }

  @Override
  public ByteBuffer readFully(SFChunk chunk, long position, int length) {
    ByteBuffer content = ByteBuffer.allocate(length);
    try {
      if (position == 0) {
        readHeaders(content);
      } else if (chunk == null) {
        readHeaderOrFooter(content, position);
      } else {
        file.read(content, position);
      }
    } catch (IOException e) {
      throw DataUtils.newMVStoreException(
          DataUtils.ERROR_READING_FAILED, "reading {0} at {1}", file, position, e);
    }
    readCount.incrementAndGet();
    readBytes.addAndGet(length);
    return content.rewind();
  }

  /**
   * A damaged one is left empty: H2 uses the other. In place of both, which one sector of the disk
   * can take, it gets one that names no chunk: it finds the newest by looking at all blocks then.
   */
  private void readHeaders(ByteBuffer content) throws IOException {
    int damaged = 0;
    for (int block = 0; block < HEADER_BLOCKS; block++) {
      int begin = block * BlockFile.BLOCK_BYTES;
      try {
        file.read(content.slice(begin, BlockFile.BLOCK_BYTES), begin);
      } catch (DamagedBlockException e) {
        damaged++;
      }
    }
    if (damaged == HEADER_BLOCKS) {
      content.put(0, header());
    }
  }

  private static byte[] header() {
    StringBuilder text = new StringBuilder();
    DataUtils.appendMap(text, "H", 2);
    DataUtils.appendMap(text, "blockSize", BlockFile.BLOCK_BYTES);
    DataUtils.appendMap(text, "created", System.currentTimeMillis());
    DataUtils.appendMap(text, "format", FORMAT);
    return withChecksum(text);
  }

  /**
   * One in a damaged block is as the layout says, which has been read then: else H2 would give up
   * all saves since for it, and not only what the block has.
   */
  private void readHeaderOrFooter(ByteBuffer content, long position) throws IOException {
    try {
      file.read(content, position);
    } catch (DamagedBlockException e) {
      content.put(0, new byte[content.capacity()]).clear();
      for (SFChunk known : getChunks().values()) {
        long begin = known.block * BlockFile.BLOCK_BYTES;
        if (position == begin) {
          content.put((known.getHeader() + '\n').getBytes(ISO_8859_1));
          return;
        }
        if (position + content.capacity() == begin + known.len * BlockFile.BLOCK_BYTES) {
          content.put(footer(known));
          return;
        }
      }
      throw e;
    }
  }

  /** As H2 writes it. */
  private static byte[] footer(SFChunk chunk) {
    StringBuilder text = new StringBuilder();
    DataUtils.appendMap(text, "chunk", chunk.id);
    DataUtils.appendMap(text, "len", chunk.len);
    DataUtils.appendMap(text, "version", chunk.version);
    return withChecksum(text);
  }

  private static byte[] withChecksum(StringBuilder text) {
    byte[] checked = text.toString().getBytes(ISO_8859_1);
    DataUtils.appendMap(text, "fletcher", DataUtils.getFletcher32(checked, 0, checked.length));
    return text.toString().getBytes(ISO_8859_1);
  }

  @Override
  protected void writeFully(SFChunk chunk, long position, ByteBuffer content) {
    int length = content.remaining();
    setSize(Math.max(size(), position + length));
    try {
      file.write(content, position);
    } catch (IOException e) {
      throw failed("writing to {0}", e);
    }
    writeCount.incrementAndGet();
    writeBytes.addAndGet(length);
  }

  @Override
  protected void truncate(long size) {
    try {
      file.truncate(size);
    } catch (IOException e) {
      throw failed("making {0} shorter", e);
    }
    writeCount.incrementAndGet();
    setSize(Math.min(size(), size));
  }

  @Override
  public void sync() {
    try {
      file.sync();
    } catch (IOException e) {
      throw failed("syncing {0}", e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw failed("closing {0}", e);
    } finally {
      super.close();
    }
  }

  /** Closes the file after H2 could not open it. */
  void abandon() {
    close(file);
  }

  private RuntimeException failed(String what, IOException e) {
    return DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, what, file, e);
  }

  @Override
  public void open(String fileName, boolean readOnly, char[] encryptionKey) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileStore<SFChunk> open(String fileName, boolean readOnly) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void backup(ZipOutputStream out) {
    throw new UnsupportedOperationException();
  }
}
