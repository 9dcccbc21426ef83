package io.directord.server.store;

import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * Sorted tables in an H2 MVStore, which one process has open at a time. Saving it costs whole
 * pages, so it is done now and then; what was written since is in a {@link RedoLog}. One thread
 * writes, any thread reads.
 */
final class Tables implements AutoCloseable {
  private static final String STORE_NAME = "server.store";
  private static final String LOG_NAME = "server.redo";
  private static final int CACHE_MIB = 4;

  /** How much may be in the log before the tables are saved. */
  private static final long MAX_LOG_BYTES = 4L << 20;

  /** Room in the file is won back when less than this percentage of it is in use. */
  private static final int MIN_FILL_PERCENT = 60;

  private static final int MAX_MOVED_BYTES = 8 << 20;

  /**
   * How long the room of what was replaced stays as it was, for those who are just reading there.
   */
  private static final int RETENTION_MILLIS = 5000;

  private static final int CLOSE_COMPACT_MILLIS = 200;

  private final Path file;
  private final MVStore store;
  private final RedoLog log;
  private final long maxLogBytes;
  private final List<MVMap<Object, byte[]>> tables = new ArrayList<>();
  private final List<RedoLog.Mutation> uncommitted = new ArrayList<>();

  private Tables(Path file, MVStore store, RedoLog log, long maxLogBytes) {
    this.file = file;
    this.store = store;
    this.log = log;
    this.maxLogBytes = maxLogBytes;
  }

  /** Opens the tables in that folder, or makes the files. */
  static Tables open(Path folder) {
    return open(folder, MAX_LOG_BYTES, RETENTION_MILLIS);
  }

  static Tables open(Path folder, long maxLogBytes, int retentionMillis) {
    Path file = folder.resolve(STORE_NAME);
    Path logFile = folder.resolve(LOG_NAME);
    try {
      Files.createDirectories(folder);
      for (Path needed : List.of(file, logFile)) {
        if (!Files.exists(needed)) {
          PrivateFiles.create(needed, new byte[0]);
        }
      }
      MVStore store =
          new MVStore.Builder()
              .fileName(file.toString())
              .autoCommitDisabled()
              .cacheSize(CACHE_MIB)
              .open();
      store.setRetentionTime(retentionMillis);
      return new Tables(file, store, new RedoLog(logFile), maxLogBytes);
    } catch (IOException e) {
      throw new StoreException("cannot use the folder " + folder + " for the store: " + e, e);
    } catch (MVStoreException e) {
      throw cannotOpen(file, e);
    }
  }

  private static StoreException cannotOpen(Path file, MVStoreException e) {
    if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
      return new StoreException(
          "another server uses " + file + ": stop it, or give this one another --state-path", e);
    }
    return new StoreException(
        "the store "
            + file
            + " cannot be opened: "
            + e.getMessage()
            + ". Move it away to start with an empty one",
        e);
  }

  /** A table with text keys; all tables are asked for, always in the same order, before use. */
  Table<String> byText(String name) {
    return table(name, StringDataType.INSTANCE);
  }

  /** A table with numbers as keys. */
  Table<Long> byNumber(String name) {
    return table(name, LongDataType.INSTANCE);
  }

  @SuppressWarnings("unchecked")
  private <K> Table<K> table(String name, DataType<K> keys) {
    MVMap<K, byte[]> map =
        store.openMap(
            name,
            new MVMap.Builder<K, byte[]>().keyType(keys).valueType(ByteArrayDataType.INSTANCE));
    tables.add((MVMap<Object, byte[]>) map);
    return new Table<>((byte) (tables.size() - 1), map);
  }

  /** One of the tables. */
  final class Table<K> {
    private final byte number;
    private final MVMap<K, byte[]> map;

    Table(byte number, MVMap<K, byte[]> map) {
      this.number = number;
      this.map = map;
    }

    /** For reading only. */
    MVMap<K, byte[]> map() {
      return map;
    }

    void put(K key, byte[] value) {
      map.put(key, value);
      uncommitted.add(new RedoLog.Mutation(number, key, value));
    }

    /** What was there, or null. */
    byte[] remove(K key) {
      byte[] before = map.remove(key);
      uncommitted.add(new RedoLog.Mutation(number, key, null));
      return before;
    }
  }

  /** Takes up what was committed and not saved; once, when all tables are known. */
  void recover() throws IOException {
    log.replay(
        mutation -> {
          MVMap<Object, byte[]> table = tables.get(mutation.table());
          if (mutation.value() == null) {
            table.remove(mutation.key());
          } else {
            table.put(mutation.key(), mutation.value());
          }
        });
    save();
  }

  /** Returns once everything put and removed is on the disk. */
  void commit() throws IOException {
    if (uncommitted.isEmpty()) {
      // An empty record would end what is read of the log.
      return;
    }
    log.append(uncommitted);
    uncommitted.clear();
    if (log.size() > maxLogBytes) {
      save();
    }
  }

  Path file() {
    return file;
  }

  private void save() throws IOException {
    store.commit();
    store.sync();
    log.clear();
    store.compact(MIN_FILL_PERCENT, MAX_MOVED_BYTES);
  }

  @Override
  public void close() throws IOException {
    save();
    store.close(CLOSE_COMPACT_MILLIS);
    log.close();
  }
}
