package io.directord.server.store;

import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.DurableFiles;
import io.directord.common.storage.IoErrors;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/** The file of the H2 MVStore with the tables, created atomically. */
final class TablesFile {
  private static final int CACHE_MIB = 4;

  private TablesFile() {}

  /** Creates an empty one. */
  static void create(Path file) throws IOException {
    Path fresh = temporary(file);
    MVStore store = open(fresh);
    TablesMeta.ofNew().write(store);
    store.commit();
    store.sync();
    store.close();
    publish(fresh, file);
  }

  /** Creates an empty file beside it, to replace it. */
  static Path temporary(Path file) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    PrivateFiles.create(fresh, new byte[0]);
    return fresh;
  }

  static void publish(Path fresh, Path file) throws IOException {
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DurableFiles.syncDirectory(file.toAbsolutePath().getParent());
  }

  /**
   * Opens the existing file read-only.
   *
   * @throws StoreException as {@link #open}
   * @throws RuntimeException of any kind, because of damage
   */
  static MVStore openToRead(Path file) {
    return open(file, builder(file).readOnly());
  }

  /**
   * Opens the existing file.
   *
   * @throws StoreException if another process has it, it may not be used, or is of another version
   * @throws RuntimeException of any kind, because of damage
   */
  static MVStore open(Path file) {
    return open(file, builder(file));
  }

  /**
   * Damage makes H2 throw any exception; a failing disk is not damage.
   *
   * @throws StoreException if the disk fails
   */
  static void requireDamage(Path file, RuntimeException thrown) {
    if (thrown instanceof MVStoreException e
        && e.getErrorCode() == DataUtils.ERROR_READING_FAILED
        && e.getCause() instanceof IOException io
        && !(io instanceof EOFException)) {
      throw new StoreException("the store " + file + " cannot be read: " + IoErrors.say(io), e);
    }
  }

  private static MVStore.Builder builder(Path file) {
    return new MVStore.Builder()
        .fileName(file.toString())
        .autoCommitDisabled()
        .autoCommitBufferSize(0)
        .cacheSize(CACHE_MIB);
  }

  private static MVStore open(Path file, MVStore.Builder builder) {
    try {
      return builder.open();
    } catch (MVStoreException e) {
      if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
        throw new StoreException(
            "another server uses " + file + ": stop it, or give this one another --state-path", e);
      }
      if (e.getErrorCode() == DataUtils.ERROR_UNSUPPORTED_FORMAT
          || !Files.isReadable(file)
          || !Files.isWritable(file)) {
        throw new StoreException("the store " + file + " cannot be opened: " + e.getMessage(), e);
      }
      throw e;
    }
  }
}
