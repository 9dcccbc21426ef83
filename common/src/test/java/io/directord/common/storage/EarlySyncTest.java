package io.directord.common.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class EarlySyncTest {
  private final AtomicInteger syncs = new AtomicInteger();
  private final CountDownLatch first = new CountDownLatch(1);
  private volatile IOException failure;
  private final FileChannel file = new Syncing();
  private final EarlySync early = new EarlySync(file);

  @Test
  void aShortFileIsSyncedAtItsEndOnly() throws Exception {
    early.written(EarlySync.EVERY_BYTES - 1);
    assertEquals(0, syncs.get());
    early.force();
    assertEquals(1, syncs.get());
  }

  @Test
  void aLongFileIsSyncedWhileItIsWritten() throws Exception {
    early.written(EarlySync.EVERY_BYTES);
    first.await();
    early.force();
    assertEquals(2, syncs.get());
  }

  @Test
  void aSyncThatHasFailedFailsTheLastOne() throws Exception {
    failure = new IOException("the disk is gone");
    early.written(EarlySync.EVERY_BYTES);
    first.await();
    IOException early1 = failure;
    failure = null;
    early.written(EarlySync.EVERY_BYTES);
    assertSame(early1, assertThrows(IOException.class, early::force));
  }

  /** Counts syncs, and can do nothing else. */
  private final class Syncing extends FileChannel {
    @Override
    public void force(boolean metaData) throws IOException {
      syncs.incrementAndGet();
      IOException now = failure;
      first.countDown();
      if (now != null) {
        throw now;
      }
    }

    @Override
    public int read(ByteBuffer into) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer from) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long size() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer into, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer from, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() {}
  }
}
