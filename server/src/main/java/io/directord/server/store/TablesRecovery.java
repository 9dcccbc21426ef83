package io.directord.server.store;

import io.directord.common.storage.Damage;
import io.directord.common.storage.DurableFiles;
import io.directord.common.storage.LogPeek;
import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVStore;

/**
 * Checks the files of the tables before they are used. Damaged files are set aside, sound entries
 * are copied to a new file, lost changes are redone from the redo log, and what remains missing is
 * logged.
 */
final class TablesRecovery {
  private static final System.Logger LOG = System.getLogger(TablesRecovery.class.getName());

  static final String DAMAGED = "is damaged";

  /** How many saves before the last one are looked at. */
  private static final int MAX_SAVES = 10;

  private final Path file;
  private final Path logFile;
  private final List<StoreTable<?>> tables;

  /** Of a log of an earlier version. */
  private final List<RedoLog.Mutation> earlierMutations = new ArrayList<>();

  /** The damage found, for people, without its consequences. */
  private final List<String> findings = new ArrayList<>();

  /** Whether the file of the tables was there. */
  private boolean hasStore;

  /** When the tables were saved; null if nobody knows what they had. */
  private Instant savedAt;

  /** Whether unknown entries may be missing. */
  private boolean unclear;

  /** Whether the tables had all entries of their last save. */
  private boolean isWhole;

  private StoreCheck check;
  private TablesMeta meta;
  private RedoLog log;

  TablesRecovery(Path file, Path logFile, List<StoreTable<?>> tables) {
    this.file = file;
    this.logFile = logFile;
    this.tables = tables;
  }

  /**
   * Prepares the file of the tables for opening, and opens its log. {@link #replay} must follow.
   *
   * @param renewal why the tables go to a new file in any case, for people; null if they do not
   * @throws StoreException if another server uses them, or they may not be used
   */
  RedoLog run(String renewal) throws IOException {
    DurableFiles.requireFile(file);
    hasStore = Files.exists(file);
    if (hasStore) {
      savedAt = Files.getLastModifiedTime(file).toInstant();
    } else {
      boolean hasLog = Files.exists(logFile) && Files.size(logFile) > 0;
      TablesFile.create(file);
      if (hasLog) {
        findings.add(
            "the store " + file + " is not there: it is made anew of what " + logFile + " has");
      }
    }
    MVStore last = openToRead();
    try {
      return runOn(last, renewal);
    } finally {
      close(last);
    }
  }

  /** Read-only, since H2 truncates unusable parts of a file that it opens for writing. */
  private MVStore openToRead() {
    try {
      return use(TablesFile.openToRead(file));
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      TablesFile.requireDamage(file, e);
      LOG.log(Level.DEBUG, "opening " + file, e);
      return null;
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

  private static void close(MVStore store) {
    if (store != null) {
      store.closeImmediately();
    }
  }

  private RedoLog runOn(MVStore last, String renewal) throws IOException {
    boolean earlier =
        last != null
            && BlockFileStore.of(last).isPlain()
            && !TablesMeta.isIn(last)
            && !LogPeek.isLog(logFile);
    if (earlier) {
      takeOverEarlierLog();
    }
    TablesMeta ofLast = last == null ? null : readMeta(last);
    requireKnown(ofLast);
    log = RedoLog.open(logFile, ofLast == null ? null : ofLast.logKey());
    try {
      if (last != null) {
        lookAt(last, earlier);
      }
      if (!isWhole || log.missingAfter(meta.savedSeq()) > 0 && isOlder()) {
        if (!useSaveBefore(ofLast == null ? log.lastSave() : ofLast.savedSeq())) {
          useWhatThereIs(last);
        }
      } else if (isOlder() || renewal != null) {
        moveToNewFile(isOlder() ? DAMAGED : renewal);
      } else if (hasStore && !earlier && nothingIsKnownOfSaves()) {
        // The time of the file may be that of the damage.
        savedAt = meta.savedAt();
        moveToNewFile("may be older than it was: its redo log, which knows, cannot be asked");
      } else if (BlockFileStore.of(last).isPlain()) {
        takeOverPlainFile();
      }
      lookAtLog(hasStore && !earlier);
      return log;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private void requireKnown(TablesMeta found) throws LaterVersionException {
    if (found != null && found.isLater()) {
      throw new LaterVersionException("the store " + file, "the format " + found.format());
    }
  }

  /** Null if it is damaged, or the file is of an earlier version. */
  private TablesMeta readMeta(MVStore store) {
    try {
      return TablesMeta.read(store);
    } catch (RuntimeException e) {
      TablesFile.requireDamage(file, e);
      return null;
    }
  }

  /** Checks all entries of an opened save. */
  private void lookAt(MVStore save, boolean ofEarlierVersion) throws IOException {
    TablesMeta found = readMeta(save);
    meta = found != null ? found : TablesMeta.ofSave(log.lastSave(), null, Map.of(), null, null);
    check = new StoreCheck(tables, meta.sizes(), meta.sums());
    isWhole =
        check.isSound() && BlockFileStore.of(save).isSound() && (found != null || ofEarlierVersion);
  }

  /** Whether the file of the tables may have been cut, or replaced by a copy, unnoticed. */
  private boolean nothingIsKnownOfSaves() {
    return log.lastSave() == 0 && (log.isNew() || !log.damages().isEmpty());
  }

  private boolean isOlder() {
    return log.lastSave() > meta.savedSeq();
  }

  /**
   * Continues with the last complete save whose later changes are all in the log.
   *
   * @param newest number of the last record known to have been in the tables
   * @return false if there is none
   */
  private boolean useSaveBefore(long newest) throws IOException {
    try (EarlierSaves saves = new EarlierSaves(file)) {
      for (int i = 0; i < MAX_SAVES; i++) {
        try {
          MVStore save = saves.next();
          if (save == null) {
            return false;
          }
          requireKnown(readMeta(save));
          lookAt(use(save), false);
        } catch (StoreException e) {
          throw e;
        } catch (RuntimeException e) {
          TablesFile.requireDamage(file, e);
          continue;
        }
        boolean hasRest = log.lastSeq() >= newest && log.missingAfter(meta.savedSeq()) == 0;
        if (isWhole && (hasRest || meta.savedSeq() == newest)) {
          moveToNewFile(DAMAGED);
          return true;
        }
      }
      return false;
    }
  }

  /**
   * @param last null if it is unreadable
   */
  private void useWhatThereIs(MVStore last) throws IOException {
    if (last != null) {
      use(last);
      lookAt(last, false);
      if (readMeta(last) == null) {
        savedAt = null;
      }
      unclear |= meta.sizes().isEmpty() && log.wholeAfter(meta.savedSeq()) > 0;
      moveToNewFile(DAMAGED);
      return;
    }
    savedAt = null;
    Path aside = DurableFiles.keepAside(file, Instant.now());
    TablesFile.create(file);
    findings.add(
        kept(DAMAGED, aside) + " and cannot be read; it is made anew of what " + logFile + " has");
    MVStore fresh = use(TablesFile.openToRead(file));
    lookAt(fresh, false);
    fresh.closeImmediately();
  }

  /** Whether the log belongs to the tables. */
  private void lookAtLog(boolean expected) throws IOException {
    for (Damage damage : log.damages()) {
      unclear |= damage.missing() < 0;
      findings.add("the redo log " + damage);
    }
    if (log.isNew() && expected) {
      unclear = true;
      findings.add("the redo log " + logFile + " is not there");
    } else if (log.lastSeq() < meta.savedSeq()) {
      if (log.damages().isEmpty()) {
        unclear = true;
        findings.add("the redo log " + logFile + " is older than " + file);
      }
    }
    if (log.lastSeq() < meta.savedSeq()) {
      log.restartAfter(meta.savedSeq());
    }
  }

  /**
   * Redoes committed changes that the tables lack, and logs the findings.
   *
   * @param redo applies every mutation, in order. It may save the tables after any complete record
   * @return whether something is missing, or may be
   */
  boolean replay(RedoLog.Replayed redo) throws IOException {
    long saved = meta.savedSeq();
    check.handOver();
    earlierMutations.forEach(redo::mutation);
    if (!isWhole) {
      // Must not be saved before it is complete.
      log.replay(log.wholeAfter(saved), saved, redo::mutation);
    }
    List<String> missing = check.missingNow();
    long commits = log.missingAfter(saved);
    log.replay(saved, Long.MAX_VALUE, redo);
    log.forgetFound();
    if (commits > 0) {
      missing.add(
          (commits == 1 ? "a commit" : commits + " commits")
              + ", which may be of jobs, results or nodes");
    }
    tell(missing);
    return !missing.isEmpty() || unclear;
  }

  private void tell(List<String> missing) {
    if (!findings.isEmpty()) {
      LOG.log(Level.ERROR, String.join("; ", findings) + "; " + said(missing));
    }
  }

  private String said(List<String> missing) {
    if (!missing.isEmpty()) {
      return "missing: " + String.join(", ", missing);
    }
    if (!unclear) {
      return "nothing is missing";
    }
    if (savedAt != null && meta.savedAt() != null) {
      savedAt = meta.savedAt();
    }
    return savedAt == null
        ? "everything that was ever committed may be missing, but for what is shown now"
        : "what was committed after " + savedAt + " may be missing";
  }

  /** What is sound of the save that was looked at last goes on in a new file. */
  private void moveToNewFile(String because) throws IOException {
    Path fresh = writeNewFile();
    if (hasStore) {
      Path aside = DurableFiles.keepAside(file, Instant.now());
      findings.add(kept(because, aside) + (isOlder() ? ", and its last save cannot be used" : ""));
    }
    TablesFile.publish(fresh, file);
  }

  /** Nothing of the plain one is missing in the new one, so that it is not kept. */
  private void takeOverPlainFile() throws IOException {
    TablesFile.publish(writeNewFile(), file);
    LOG.log(
        Level.INFO,
        "the store {0} was written by an earlier version, without checksums: all that it has was"
            + " moved to a new file, which has them",
        file);
  }

  private Path writeNewFile() throws IOException {
    Path fresh = TablesFile.temporary(file);
    check.writeTo(fresh, meta.savedSeq(), meta.logKey(), meta.savedAt());
    return fresh;
  }

  /** Log files of earlier versions are empty after an orderly end. */
  private void takeOverEarlierLog() throws IOException {
    if (!Files.exists(logFile)) {
      return;
    }
    boolean whole = EarlierRedo.read(logFile, earlierMutations::add);
    Path kept = DurableFiles.keepAside(logFile, Instant.now());
    Files.delete(logFile);
    if (!whole) {
      unclear = true;
      findings.add(
          "the end of "
              + logFile
              + ", of an earlier version, cannot be read. It is kept as "
              + kept.getFileName());
    }
  }

  private String kept(String because, Path aside) {
    return "the store " + file + " " + because + ". It is kept as " + aside.getFileName();
  }
}
