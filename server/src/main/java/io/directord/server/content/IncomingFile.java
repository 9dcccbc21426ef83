package io.directord.server.content;

import io.directord.common.input.BlockOutput;
import io.directord.common.storage.EarlySync;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that is being received; removed when it is closed, unless it was renamed. */
final class IncomingFile implements AutoCloseable {
  /** Interval, in bytes, of the check for disk space of a file of unknown length. */
  private static final long ASK_EVERY = 32L << 20;

  private final DiskSpace space;
  private final Path path;
  private final FileChannel channel;
  private final EarlySync sync;
  private long reserved;
  private long written;

  IncomingFile(DiskSpace space, Path path, long size) throws IOException {
    this.space = space;
    this.path = path;
    this.reserved = Math.max(0, size);
    space.ask(reserved);
    this.channel =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    this.sync = new EarlySync(channel);
  }

  Path path() {
    return path;
  }

  void write(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    written += length;
    if (written > reserved) {
      space.ask(ASK_EVERY);
      reserved = written + ASK_EVERY;
    }
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    sync.written(length);
  }

  /** Writes to it; closing it leaves the file open. */
  OutputStream stream() {
    return new BlockOutput() {

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        IncomingFile.this.write(ByteBuffer.wrap(bytes, offset, length));
      }
    };
  }

  /** Syncs it to the disk. */
  void force() throws IOException {
    if (channel.position() != written) {
      throw new IOException(path + " could not be written whole");
    }
    sync.force();
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      Files.deleteIfExists(path);
    }
  }
}
