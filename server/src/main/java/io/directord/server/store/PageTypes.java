package io.directord.server.store;

import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * Types of keys and values in H2's pages. Their memory is counted, not estimated from samples as H2
 * would: its page cache, page splits and the size of a save all rely on it.
 */
final class PageTypes {
  static final DataType<Long> NUMBERS = new Counted<>(LongDataType.INSTANCE);
  static final DataType<String> TEXTS = new Counted<>(StringDataType.INSTANCE);
  static final DataType<byte[]> VALUES = new Counted<>(ByteArrayDataType.INSTANCE);

  private PageTypes() {}

  /** Delegates to another type. */
  private static final class Counted<T> extends BasicDataType<T> {
    private final DataType<T> type;

    Counted(DataType<T> type) {
      this.type = type;
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
      return type.read(in);
    }

    @Override
    public T[] createStorage(int size) {
      return type.createStorage(size);
    }
  }
}
