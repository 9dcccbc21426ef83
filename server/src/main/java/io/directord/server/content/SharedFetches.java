package io.directord.server.content;

import io.directord.common.storage.IoErrors;
import io.directord.server.store.FetchedArchive;
import io.directord.server.store.StoreException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * What FETCH has brought, in the archive that several servers share. A server that has its store
 * alone has no archive, and puts nothing there. Thread-safe; methods block on the archive.
 */
public final class SharedFetches {
  private static final System.Logger LOG = System.getLogger(SharedFetches.class.getName());
  private static final int READ_BYTES = 1 << 20;

  /** Of a server that has its store alone. */
  public static final SharedFetches NONE = new SharedFetches(null, 0);

  private final FetchedArchive archive;
  private final long maxBytes;

  /**
   * @param archive null if there is none
   * @param maxBytes that are put there of all contents together
   */
  public SharedFetches(FetchedArchive archive, long maxBytes) {
    this.archive = archive;
    this.maxBytes = maxBytes;
  }

  boolean isUsed() {
    return archive != null;
  }

  List<FetchedArchive.Entry> list() {
    return archive == null ? List.of() : archive.list();
  }

  /**
   * Puts one there.
   *
   * @param has how many bytes the archive has
   * @param isWanted asked while it is read
   * @return whether it is there; the log says why not, unless it was not wanted any more
   */
  boolean put(FetchedArchive.Entry entry, long has, InputStream content, BooleanSupplier isWanted) {
    if (entry.bytes() > maxBytes - has) {
      tellNotShared(
          entry.key(),
          "it is too large beside what the database has of the kind, of which shared_fetch_size"
              + " limits the sum");
      return false;
    }
    try {
      archive.put(entry, new Wanted(content, isWanted));
      return true;
    } catch (NotWantedException e) {
      return false;
    } catch (IOException e) {
      tellNotShared(entry.key(), IoErrors.sayWhere(e));
    } catch (StoreException e) {
      tellNotShared(entry.key(), e.getMessage());
    }
    return false;
  }

  private static void tellNotShared(FetchedArchive.Key key, String why) {
    LOG.log(
        Level.WARNING,
        "what job {0} has brought from {1} is kept by this server alone: {2}",
        key.job(),
        key.node(),
        why);
  }

  /** Was downloaded or begun anew while it was put. */
  private static final class NotWantedException extends IOException {
    private static final long serialVersionUID = 1;
  }

  private static final class Wanted extends FilterInputStream {
    private final BooleanSupplier isWanted;

    Wanted(InputStream in, BooleanSupplier isWanted) {
      super(in);
      this.isWanted = isWanted;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (!isWanted.getAsBoolean()) {
        throw new NotWantedException();
      }
      return super.read(into, offset, length);
    }
  }

  /**
   * A part of a content, in a file that has no name.
   *
   * @param directory in which the file is
   * @return null if it is not there
   */
  FileChannel read(FetchedArchive.Key key, long offset, int max, Path directory)
      throws IOException {
    byte[] part;
    try {
      part = archive.read(key, offset, max);
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (part == null) {
      return null;
    }
    FileChannel file =
        FileChannel.open(
            directory.resolve("part-" + UUID.randomUUID()),
            Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    write(file, part);
    return file;
  }

  private static void write(FileChannel file, byte[] bytes) throws IOException {
    boolean done = false;
    try {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        file.write(left);
      }
      done = true;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  /** Writes a content to a file. */
  void bring(FetchedArchive.Key key, FileChannel to) throws IOException {
    try {
      for (long offset = 0; ; ) {
        byte[] part = archive.read(key, offset, READ_BYTES);
        if (part == null) {
          throw new NoSuchFileException(key.job().toString(), null, "the database has lost it");
        }
        if (part.length == 0) {
          return;
        }
        Channels.newOutputStream(to).write(part);
        offset += part.length;
      }
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Removes contents with their receipts. */
  void remove(Collection<FetchedArchive.Key> keys) throws IOException {
    if (keys.isEmpty()) {
      return;
    }
    try {
      archive.remove(keys);
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Removes a content and leaves its receipt. */
  void removeContent(FetchedArchive.Key key) throws IOException {
    try {
      archive.removeContent(key);
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
