package io.directord.server.store;

import io.directord.common.storage.DurableFiles;
import io.directord.common.storage.RecordLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.h2.mvstore.MVStore;

/**
 * Looks at the files of the tables before they are used. What is damaged is kept aside as it was
 * found, what is sound goes on in a new file, and what is missing is logged.
 */
final class TablesRecovery {
  private static final System.Logger LOG = System.getLogger(TablesRecovery.class.getName());

  private final Path file;
  private final Path logFile;
  private final List<Table<?>> tables;
  private final List<RedoLog.Mutation> mutations = new ArrayList<>();

  /** Whether the file of the tables is a new one. */
  private boolean replaced;

  TablesRecovery(Path file, Path logFile, List<Table<?>> tables) {
    this.file = file;
    this.logFile = logFile;
    this.tables = tables;
  }

  /** What was committed and is not in the tables yet, in order. */
  List<RedoLog.Mutation> mutations() {
    return mutations;
  }

  /**
   * Leaves a file of tables that is sound, and opens the log that goes with it.
   *
   * @param renew whether the tables go to a new file in any case
   * @throws StoreException if another server uses them, or they may not be used
   */
  RedoLog run(boolean renew) throws IOException {
    boolean hasStore = Files.exists(file);
    if (!hasStore) {
      boolean hasLog = Files.exists(logFile) && Files.size(logFile) > 0;
      TablesFile.create(file);
      replaced = true;
      if (hasLog) {
        tell("the store " + file + " is not there: it is made anew of what " + logFile + " has");
      }
    }
    MVStore found = openToRead();
    try {
      return run(found, hasStore, renew);
    } finally {
      found.closeImmediately();
    }
  }

  /** H2 cuts off what it cannot use when it opens a file to write, so it is not let yet. */
  private MVStore openToRead() throws IOException {
    try {
      return use(TablesFile.openToRead(file));
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      Path aside = DurableFiles.keepAside(file, Instant.now());
      TablesFile.create(file);
      replaced = true;
      tell(
          damaged(aside)
              + "it cannot be read ("
              + Objects.requireNonNullElse(e.getMessage(), e.toString())
              + "): jobs, results and nodes that are not in "
              + logFile
              + " are missing");
      return use(TablesFile.openToRead(file));
    }
  }

  private MVStore use(MVStore store) {
    try {
      tables.forEach(table -> table.open(store));
      return store;
    } catch (RuntimeException e) {
      store.closeImmediately();
      throw e;
    }
  }

  private RedoLog run(MVStore found, boolean hasStore, boolean renew) throws IOException {
    TablesMeta meta = meta(found);
    StoreCheck check = new StoreCheck(tables, meta);
    boolean earlier = meta == null && !RecordLog.isLog(logFile);
    TablesMeta known = meta == null ? TablesMeta.ofNew() : meta;
    if (earlier) {
      takeOverEarlierLog();
    }
    RedoLog log = RedoLog.open(logFile, known.logKey(), known.savedSeq(), mutations::add);
    try {
      tellOf(log, known, hasStore && !earlier);
      if (log.lastSeq() < known.savedSeq()) {
        log.restartAfter(known.savedSeq());
      }
      long lost = log.firstSeq() - known.savedSeq() - 1;
      if (lost > 0 && replaced) {
        tell(lost + " commits that " + logFile + " no longer has are missing");
      } else if (lost > 0 || !check.isSound() || renew) {
        tell(damaged(moveToNewFile(check, known)) + missing(check, lost));
      }
      return log;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /** H2 goes back to what it saved earlier if its last save is damaged. */
  private static String missing(StoreCheck check, long lost) {
    if (lost <= 0) {
      return check.missing();
    }
    String commits =
        "its last save cannot be read, and the one before lacks "
            + lost
            + " commits, which are missing";
    return check.isSound() ? commits : commits + "; " + check.missing();
  }

  private static TablesMeta meta(MVStore store) {
    try {
      return TablesMeta.read(store);
    } catch (RuntimeException e) {
      // All of the log is applied again then.
      return TablesMeta.ofNew();
    }
  }

  private void tellOf(RedoLog log, TablesMeta meta, boolean expected) throws IOException {
    if (log.damage() != null) {
      tell("the redo log " + log.damage() + ". " + sinceLastSave());
    } else if (log.isNew() && expected) {
      tell("the redo log " + logFile + " is not there. " + sinceLastSave());
    } else if (log.lastSeq() < meta.savedSeq()) {
      tell("the redo log " + logFile + " is older than " + file + ". " + sinceLastSave());
    }
  }

  private String sinceLastSave() throws IOException {
    return "Jobs, results and nodes that were committed after "
        + Files.getLastModifiedTime(file).toInstant()
        + " may be missing";
  }

  private Path moveToNewFile(StoreCheck check, TablesMeta meta) throws IOException {
    Path fresh = TablesFile.temporary(file);
    try (MVStore into = TablesFile.open(fresh)) {
      check.copyTo(into);
      new TablesMeta(meta.savedSeq(), meta.logKey(), check.sizes()).write(into);
      into.commit();
      into.sync();
    }
    Path aside = DurableFiles.keepAside(file, Instant.now());
    TablesFile.publish(fresh, file);
    return aside;
  }

  /** Log files of earlier versions are empty after an orderly end. */
  private void takeOverEarlierLog() throws IOException {
    if (!Files.exists(logFile)) {
      return;
    }
    boolean whole = EarlierRedo.read(logFile, mutations::add);
    Path kept = DurableFiles.keepAside(logFile, Instant.now());
    Files.delete(logFile);
    if (!whole) {
      tell(
          "the end of "
              + logFile
              + ", of an earlier version, cannot be read. It is kept as "
              + kept.getFileName());
    }
  }

  private String damaged(Path aside) {
    return "the store " + file + " is damaged. It is kept as " + aside.getFileName() + "; ";
  }

  private static void tell(String damage) {
    LOG.log(Level.ERROR, damage);
  }
}
