package io.directord.server.store;

import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * Types of keys and values in H2's pages, with bounds: a damaged length is an error, rather than a
 * huge allocation. Their memory is counted, not estimated from samples as H2 would: its page cache,
 * page splits and the size of a save all rely on it.
 */
final class PageTypes {
  static final DataType<Long> NUMBERS = new Bounded<>(LongDataType.INSTANCE, false);
  static final DataType<String> TEXTS = new Bounded<>(StringDataType.INSTANCE, true);
  static final DataType<byte[]> VALUES = new Bounded<>(ByteArrayDataType.INSTANCE, true);

  private PageTypes() {}

  /** Delegates to another type, within bounds. */
  private static final class Bounded<T> extends BasicDataType<T> {
    /** Maximum number of entries of a page. */
    private static final int MAX_ENTRIES = 1 << 16;

    private final DataType<T> type;
    private final boolean hasLength;

    /**
     * @param hasLength whether the written form begins with its length
     */
    Bounded(DataType<T> type, boolean hasLength) {
      this.type = type;
      this.hasLength = hasLength;
    }

    @Override
    public int getMemory(T value) {
      return type.getMemory(value);
    }

    @Override
    public boolean isMemoryEstimationAllowed() {
      return false;
    }

    @Override
    public int compare(T a, T b) {
      return type.compare(a, b);
    }

    @Override
    public int binarySearch(T key, Object storage, int size, int initialGuess) {
      return type.binarySearch(key, storage, size, initialGuess);
    }

    @Override
    public void write(WriteBuffer out, T value) {
      type.write(out, value);
    }

    @Override
    public T read(ByteBuffer in) {
      if (hasLength) {
        // A unit takes at least a byte.
        ByteBuffer ahead = in.duplicate();
        sensible(DataUtils.readVarInt(ahead), ahead.remaining());
      }
      return type.read(in);
    }

    @Override
    public T[] createStorage(int size) {
      return type.createStorage(sensible(size, MAX_ENTRIES));
    }

    private static int sensible(int length, int max) {
      if (length < 0 || length > max) {
        throw DataUtils.newMVStoreException(
            DataUtils.ERROR_FILE_CORRUPT, "a page has a length of {0}, at most {1}", length, max);
      }
      return length;
    }
  }
}
