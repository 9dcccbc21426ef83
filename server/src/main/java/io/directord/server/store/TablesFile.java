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
    commit(store, TablesMeta.ofNew());
    store.sync();
    store.close();
    publish(fresh, file);
  }

  /** Saves what was changed, and the list of the tables. */
  static void commit(MVStore store, TablesMeta meta) {
    meta.write(store);
    // H2 writes what tables there are anew with this, and else never: one damaged block of that
    // would make all saves unreadable.
    store.setStoreVersion((int) meta.savedSeq());
    store.commit();
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
    return open(file, true);
  }

  /**
   * Opens the existing file.
   *
   * @throws StoreException if another process has it, it may not be used, or is of another version
   * @throws RuntimeException of any kind, because of damage
   */
  static MVStore open(Path file) {
    return open(file, false);
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
        && !isDamage(io)) {
      throw new StoreException("the store " + file + " cannot be read: " + IoErrors.say(io), e);
    }
  }

  /** Whether that is because of what the file has, and not because the disk fails. */
  static boolean isDamage(IOException thrown) {
    return thrown instanceof DamagedBlockException || thrown instanceof EOFException;
  }

  private static MVStore open(Path file, boolean readOnly) {
    BlockFileStore blocks = BlockFileStore.open(file, readOnly, CACHE_MIB);
    try {
      return new MVStore.Builder()
          .adoptFileStore(blocks)
          .autoCommitDisabled()
          .autoCommitBufferSize(0)
          .open();
    } catch (RuntimeException e) {
      blocks.abandon();
      if (e instanceof MVStoreException h2
          && h2.getErrorCode() == DataUtils.ERROR_UNSUPPORTED_FORMAT) {
        throw new StoreException(
            "the store " + file + " is of a later version of directord: start that one", e);
      }
      throw e;
    }
  }
}
