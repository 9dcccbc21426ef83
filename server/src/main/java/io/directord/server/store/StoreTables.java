package io.directord.server.store;

import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.DurableFiles;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.DataType;

/**
 * Sorted tables in an H2 MVStore, which one process has open at a time. Saving it writes whole
 * pages, so it is done periodically; later changes are in a {@link RedoLog}. Damaged files are set
 * aside and logged, and sound entries are kept. One thread writes, any thread reads.
 */
final class StoreTables implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StoreTables.class.getName());
  private static final String STORE_NAME = "server.store";
  private static final String LOG_NAME = "server.redo";

  /** Whatever else there is, such as contents, is no part of the store. */
  private static final String FILES = "server.{store,redo}*";

  /**
   * Limit of unsaved changes in the log, and of its newer file. A small part of the heap, since H2
   * collects all unsaved changes in one buffer that grows by copying.
   */
  static final long MAX_LOG_BYTES = Math.min(4L << 20, Runtime.getRuntime().maxMemory() / 64);

  /** The file is compacted when less than this percentage of it is in use. */
  private static final int MIN_FILL_PERCENT = 60;

  /** Minimum size of a file to compact. */
  private static final long MIN_SHRINK_BYTES = 8 << 20;

  private static final int MAX_MOVED_BYTES = (int) (2 * MAX_LOG_BYTES);

  /** How long the space of replaced pages is kept for concurrent readers. */
  private static final int RETENTION_MILLIS = 5000;

  /** Estimated disk space for saving the tables, beside the size of the log. */
  private static final long SAVE_BYTES = 1 << 20;

  /**
   * More is not changed while there is no room to save it. A commit brings no more than a small
   * part of it.
   */
  private static final long MAX_UNSAVED_BYTES = Runtime.getRuntime().maxMemory() / 8;

  /** Entries that are committed together where nothing else says how many. */
  private static final int MAX_UNCOMMITTED = 100;

  private final Path file;
  private final Path logFile;
  private final long maxLogBytes;
  private final Room room;
  private final RoomClock roomClock;
  private final List<StoreTable<?>> tables = new ArrayList<>();
  private final List<RedoLog.Mutation> uncommitted = new ArrayList<>();
  private MVStore store;

  /** What the file of the tables is known by, whatever its name is. */
  private Object fileKey;

  private RedoLog log;

  /** Why the tables are to go to a new file when they are opened, for people; null if not. */
  private String renewal;

  private boolean hasLoss;

  /** Whether something could not be read that was written: the next start, or second, looks. */
  private volatile boolean isSuspect;

  static boolean areIn(Path directory) {
    return Files.exists(directory.resolve(STORE_NAME)) || Files.exists(directory.resolve(LOG_NAME));
  }

  StoreTables(Path directory) {
    this(directory, MAX_LOG_BYTES, RETENTION_MILLIS, StoreTables::usable);
  }

  StoreTables(Path directory, long maxLogBytes, int retentionMillis, Room room) {
    this.room = room;
    this.file = directory.resolve(STORE_NAME);
    this.logFile = directory.resolve(LOG_NAME);
    this.maxLogBytes = maxLogBytes;
    this.roomClock = new RoomClock(System::currentTimeMillis, retentionMillis);
  }

  /** How many bytes can still be written where a file is. */
  interface Room {
    long usable(Path file) throws IOException;
  }

  static long usable(Path file) throws IOException {
    return Files.getFileStore(file).getUsableSpace();
  }

  /** A table with text keys; all tables are asked for, always in the same order, before opening. */
  StoreTable<String> byText(String name) {
    return table(name, PageTypes.TEXTS);
  }

  /** A table with numbers as keys. */
  StoreTable<Long> byNumber(String name) {
    return table(name, PageTypes.NUMBERS);
  }

  private <K> StoreTable<K> table(String name, DataType<K> keys) {
    StoreTable<K> table = new StoreTable<>(this::changed, (byte) tables.size(), name, keys);
    tables.add(table);
    return table;
  }

  Path file() {
    return file;
  }

  /** Size of all files of the store; one that is being replaced counts as empty. */
  long bytes() throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(file.toAbsolutePath().getParent(), FILES)) {
      for (Path one : files) {
        try {
          bytes += Files.size(one);
        } catch (NoSuchFileException e) {
          // It is being replaced.
        }
      }
    }
    return bytes;
  }

  private void changed(RedoLog.Mutation mutation) {
    uncommitted.add(mutation);
  }

  /**
   * Opens or creates the files, and restores committed changes that were not saved.
   *
   * @throws StoreException if another server uses them, or they may not be used
   */
  void open() throws IOException {
    PrivateFiles.makeDirectory(file.toAbsolutePath().getParent());
    TablesRecovery recovery = new TablesRecovery(file, logFile, tables);
    log = recovery.run(renewal);
    try {
      use(TablesFile.open(file));
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      TablesFile.requireDamage(file, e);
      openAnew(e);
      return;
    }
    try {
      hasLoss |= recovery.replay(new Redo());
    } catch (StoreException e) {
      store.closeImmediately();
      log.close();
      throw e;
    }
    if (hasRoomToSave()) {
      save();
    }
    renewal = null;
  }

  /** Damage in parts that only writers read shows late. */
  private void openAnew(RuntimeException damage) throws IOException {
    log.close();
    if (renewal != null) {
      throw damage;
    }
    renewal = TablesRecovery.DAMAGED;
    open();
  }

  /** Whether entries were or may have been missing when it was opened. */
  boolean hasLoss() {
    return hasLoss;
  }

  /** The same; false at the next call. */
  boolean takeLoss() {
    boolean had = hasLoss;
    hasLoss = false;
    return had;
  }

  private void redo(RedoLog.Mutation mutation) {
    if (mutation.table() >= tables.size()) {
      // The store says so at once, unless the machine died before it did.
      throw new StoreException(
          new LaterVersionException(
              "the redo log " + logFile, "changes of table " + mutation.table()));
    }
    tables.get(mutation.table()).redo(mutation);
  }

  /** Saves the tables in between, so that a long log need not fit into memory. */
  private final class Redo implements RedoLog.Replayed {
    @Override
    public void mutation(RedoLog.Mutation mutation) {
      redo(mutation);
    }

    @Override
    public void end(long seq) throws IOException {
      if (isSaveDue()) {
        writeWith(seq);
        log.savedWhatIsReplayed();
      }
    }
  }

  /**
   * Reopens the files if a failure has closed them.
   *
   * @return whether that was so
   */
  boolean ensureOpen() throws IOException {
    if (isSuspect) {
      isSuspect = false;
      store.closeImmediately();
    }
    if (!store.isClosed()) {
      return false;
    }
    log.close();
    open();
    uncommitted.forEach(this::redo);
    return true;
  }

  /**
   * Says what has failed. What damage leads to, when something is read, is not known to H2 as such:
   * the files are opened anew then, by who writes, which looks at all of them.
   */
  StoreException failed(Exception e) {
    Throwable root = e;
    while (root instanceof RuntimeException && root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof LaterVersionException later) {
      return new StoreException(later);
    }
    boolean isIo = root instanceof IOException io && !TablesFile.isDamage(io);
    if (isIo || isClosed(e)) {
      String why = root instanceof IOException io ? IoErrors.sayWhere(io) : "it was just closed";
      return new StoreException("the store " + file + " failed: " + why, e);
    }
    isSuspect = true;
    LOG.log(Level.DEBUG, "reading " + file, e);
    return new StoreException(
        "the store " + file + " has something that cannot be read, and is looked at as at a start",
        e);
  }

  private static boolean isClosed(Exception e) {
    return e instanceof MVStoreException h2 && h2.getErrorCode() == DataUtils.ERROR_CLOSED;
  }

  /** Returns once all changes are durable. If it throws, the next call tries again. */
  void commit() throws IOException {
    if (uncommitted.isEmpty()) {
      return;
    }
    requireInPlace();
    requireBound();
    log.append(uncommitted);
    uncommitted.clear();
    if (isSaveDue()) {
      save();
    }
  }

  /** Commits if there is enough for a commit of its own. */
  void commitSome() throws IOException {
    if (uncommitted.size() >= MAX_UNCOMMITTED) {
      commit();
    }
  }

  /** What cannot be saved stays in memory, so that is not let grow without end. */
  private void requireBound() throws IOException {
    if (store.getUnsavedMemory() > MAX_UNSAVED_BYTES && !hasRoomToSave()) {
      throw new IOException(
          "the disk has only "
              + (room.usable(file) >> 20)
              + " MiB left, and to save the tables takes "
              + (saveBytes() >> 20)
              + " MiB: make room");
    }
  }

  /** A small change may make a large page unsaved again, so that is looked at too. */
  private boolean isSaveDue() throws IOException {
    boolean isMuch = log.unsavedBytes() > maxLogBytes || store.getUnsavedMemory() > 2 * maxLogBytes;
    return isMuch && hasRoomToSave();
  }

  /**
   * Applies these changes once they are durable, so that readers do not see them before. If it
   * throws, none is applied.
   */
  void commitAhead(List<RedoLog.Mutation> mutations) throws IOException {
    commit();
    if (!mutations.isEmpty()) {
      requireInPlace();
      log.append(mutations);
      mutations.forEach(this::redo);
    }
  }

  /**
   * Checks whether the files are still in place. A removed or replaced one is rewritten from
   * memory, durably, before this returns.
   */
  void requireInPlace() throws IOException {
    if (!Objects.equals(DurableFiles.key(file), fileKey)) {
      DurableFiles.tellNotInPlace(
          file, "the store", "All that it has is written to a new file, so that nothing is lost");
      moveToNewFile(new StoreCheck(tables));
    } else if (BlockFileStore.of(store).isCutShort()) {
      goOnWithoutWhatWasCutOff();
    }
    if (log.isSuspect()) {
      LOG.log(
          Level.ERROR,
          "the redo log {0} could not be synced, so that it is not known what of it is on the disk:"
              + " the tables are saved, and it begins anew",
          logFile);
      save();
    }
    if (!log.isInPlace()) {
      log.startAnew();
      save();
    }
  }

  /**
   * Memory is written to a new file if it has everything; otherwise the recovery after damage runs.
   */
  private void goOnWithoutWhatWasCutOff() throws IOException {
    StoreCheck check = new StoreCheck(tables);
    if (check.isSound()) {
      DurableFiles.tellNotInPlace(
          file, "the store", "All that it has is written to a new file, so that nothing is lost");
      moveToNewFile(check);
    } else {
      store.closeImmediately();
      throw new IOException(
          "it was cut short while it was in use, and is opened anew to see what is left");
    }
  }

  /** Without enough disk space H2 would fail half way, so saving is skipped and the log grows. */
  private boolean hasRoomToSave() throws IOException {
    return room.usable(file) > saveBytes();
  }

  private long saveBytes() {
    return 2 * log.unsavedBytes() + SAVE_BYTES;
  }

  /** Notes that the log's changes are in the tables. */
  private void save() throws IOException {
    try {
      write();
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      TablesFile.requireDamage(file, e);
      store.closeImmediately();
      if (e instanceof MVStoreException h2 && h2.getErrorCode() == DataUtils.ERROR_WRITING_FAILED) {
        throw e;
      }
      openAnew(e);
      uncommitted.forEach(this::redo);
    }
  }

  private void write() throws IOException {
    writeWith(log.lastSeq());
    log.saved(maxLogBytes);
    store.compact(MIN_FILL_PERCENT, MAX_MOVED_BYTES);
  }

  /**
   * @param seq number of the last record of the log in the tables
   */
  private void writeWith(long seq) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    Map<String, Long> sums = new LinkedHashMap<>();
    for (StoreTable<?> table : tables) {
      sizes.put(table.name(), table.map().sizeAsLong());
      sums.put(table.name(), table.sum());
    }
    roomClock.set(store);
    TablesFile.commit(store, TablesMeta.ofSave(seq, log.key(), sizes, sums, Instant.now()));
    try {
      store.sync();
    } catch (MVStoreException e) {
      // What could not be written may be thrown away, and the next sync succeed.
      renewal = "could not be synced, and is written anew";
      throw e;
    }
  }

  /**
   * Frees disk space by moving the tables to a new file. If that fails, they stay where they are.
   */
  void shrink() {
    try {
      if (Files.size(file) < MIN_SHRINK_BYTES || !hasRoomToSave()) {
        return;
      }
      save();
      StoreCheck check = new StoreCheck(tables);
      if (check.isSound()) {
        moveToNewFile(check);
      }
    } catch (IOException | MVStoreException | StoreException e) {
      String why = e instanceof IOException io ? IoErrors.sayWhere(io) : e.getMessage();
      LOG.log(Level.WARNING, "{0} cannot be made smaller: {1}", file, why);
    }
  }

  private void moveToNewFile(StoreCheck check) throws IOException {
    Path fresh = TablesFile.temporary(file);
    check.writeTo(fresh, log.lastSeq(), log.key(), Instant.now());
    TablesFile.publish(fresh, file);
    MVStore old = store;
    try {
      use(TablesFile.open(file));
    } catch (RuntimeException e) {
      // Later writes must not go to a deleted file.
      old.closeImmediately();
      throw e;
    }
    check.handOver();
    // Readers may still use it.
    CompletableFuture.delayedExecutor(RETENTION_MILLIS, TimeUnit.MILLISECONDS)
        .execute(old::closeImmediately);
  }

  private void use(MVStore opened) throws IOException {
    store = opened;
    fileKey = DurableFiles.key(file);
    roomClock.set(store);
    tables.forEach(table -> table.open(store));
  }

  @Override
  public void close() throws IOException {
    if (hasRoomToSave()) {
      save();
      store.close();
    } else {
      store.closeImmediately();
    }
    log.close();
  }
}
