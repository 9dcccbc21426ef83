package io.directord.server.content;

import io.directord.common.security.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Set;

/**
 * A content being received into a file of its own, which becomes valid only when {@link #commit}
 * has verified its fingerprint. Not thread-safe; must be closed in any case.
 */
public final class IncomingContent implements AutoCloseable {
  /** Interval, in bytes, of the check for disk space of a content of unknown length. */
  private static final long ASK_EVERY = 32L << 20;

  private static final int BUFFER_BYTES = 256 << 10;

  private final ContentStore store;
  private final String sha256;
  private final Path file;
  private final FileChannel channel;
  private final MessageDigest digest;
  private long reserved;
  private long written;

  IncomingContent(ContentStore store, String sha256, Path file, long size) throws IOException {
    this.store = store;
    this.sha256 = sha256;
    this.file = file;
    this.reserved = Math.max(0, size);
    store.askForRoom(reserved);
    this.digest = Digests.sha256();
    this.channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** Appends the content of the buffer. */
  public void write(ByteBuffer bytes) throws IOException {
    written += bytes.remaining();
    if (written > reserved) {
      store.askForRoom(ASK_EVERY);
      reserved = written + ASK_EVERY;
    }
    digest.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Adds it to the store, durably.
   *
   * @throws ContentMismatchException if it has another fingerprint
   */
  public void commit() throws IOException {
    if (channel.position() != written) {
      throw new IOException("the content " + sha256 + " could not be written whole");
    }
    String actual = Digests.hex(digest);
    if (!actual.equals(sha256)) {
      throw new ContentMismatchException(sha256, actual);
    }
    channel.force(true);
    store.accept(file, sha256);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
