package io.directord.common.storage;

import io.directord.common.security.PrivateFiles;
import io.directord.common.validation.Counted;
import io.directord.common.validation.LaterVersionException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;

/**
 * An append-only file of records, see {@link LogFormat}. A record that was appended survives the
 * end of this process; what was {@link #force}d survives the end of the machine. When the log is
 * opened again, a record that a crash left unfinished is cut off; everything else that differs from
 * what was written is damage: the file is set aside, sound records are copied to a new one, and
 * {@link Opened#damage} says what is missing.
 *
 * <p>Not thread-safe, but {@link #force} may run beside {@link #append}.
 */
public final class RecordLog implements Closeable {
  private static final Logger LOG = System.getLogger(RecordLog.class.getName());
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Size of a record in the file, without its payload. */
  public static final int HEADER_BYTES = LogFormat.RECORD_HEADER_BYTES;

  private final Path path;
  private final UUID boot;

  /** Replaced as a whole, see {@link #rewrite}. */
  private volatile LogFile file;

  private RecordLog(Path path, UUID boot, LogFile file) {
    this.path = path;
    this.boot = boot;
    this.file = file;
  }

  /** Receives every record at opening, in order. */
  @FunctionalInterface
  public interface Reader {
    void record(LogRecord record) throws IOException;
  }

  /** Writes the records to keep; positions are valid once {@link #rewrite} has returned. */
  @FunctionalInterface
  public interface Rewriter {
    void write(RecordLog fresh) throws IOException;
  }

  /**
   * A log that was opened.
   *
   * @param created whether there was no file
   * @param unsynced whether it has records of which it is not known whether they are on the disk:
   *     the last sync may have failed, and then the next one tells nothing of them
   * @param damage null if there is none
   */
  public record Opened(RecordLog log, boolean created, boolean unsynced, Damage damage) {}

  /**
   * Opens or creates the log, and passes all its records to the reader.
   *
   * @param bootId as {@link Boot#id}
   * @throws LaterVersionException if a later version has written it; it is as it was then
   * @throws IOException if the file cannot be read or written, or the reader throws it
   */
  public static Opened open(Path path, String bootId, Reader reader) throws IOException {
    return open(path, bootId, null, reader);
  }

  /**
   * Opens or creates a log that belongs to another file.
   *
   * @param key the expected {@link #key}; a log with another one is damage. Null for any
   */
  public static Opened open(Path path, String bootId, Integer key, Reader reader)
      throws IOException {
    UUID boot = Boot.uuid(bootId);
    DurableFiles.requireFile(path);
    boolean created = !Files.exists(path);
    Damage damage = null;
    if (created) {
      create(path, key == null ? newKey() : key, boot);
    } else {
      damage = EarlierLog.convert(path, boot);
    }
    LogCheck check = LogCheck.of(path, key, boot);
    if (check.damage() != null) {
      damage = LogRepair.repair(path, boot, check);
      check = LogCheck.of(path, key, boot);
    }
    // The records written so far, whether synced or not.
    LogMark found = check.mark();
    long synced = Math.min(found.synced(), check.end());
    LogMark mark = new LogMark(synced, check.end(), found.first(), check.lastSeq(), boot);
    LogFile file = new LogFile(path, boot, check.key(), mark);
    try {
      RecordLog log = new RecordLog(path, boot, file);
      // Nothing is written before the reader has taken all records.
      log.each(reader);
      if (check.end() < check.length()) {
        LOG.log(
            Level.WARNING,
            "{0}: cut off {1} that a crash left unfinished",
            path,
            Counted.of(check.length() - check.end(), "byte"));
      }
      file.settle();
      return new Opened(log, created, found.synced() < check.end(), damage);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Creates an empty log atomically and durably. */
  private static void create(Path path, int key, UUID boot) throws IOException {
    PrivateFiles.create(path, LogFormat.header(key, LogMark.empty(1, boot)));
    DurableFiles.syncDirectory(path.toAbsolutePath().getParent());
  }

  /** Creates an empty log under a temporary name, to replace another one. */
  static RecordLog temporary(Path path, UUID boot, int key, long nextSeq) throws IOException {
    Files.deleteIfExists(path);
    LogMark mark = LogMark.empty(nextSeq, boot);
    PrivateFiles.create(path, LogFormat.header(key, mark));
    return new RecordLog(path, boot, new LogFile(path, boot, key, mark));
  }

  static int newKey() {
    return RANDOM.nextInt();
  }

  private void each(Reader reader) throws IOException {
    LogReader records = new LogReader(file.channel(), file.key());
    long at = LogFormat.HEADER_BYTES;
    while (at < file.end()) {
      LogRecord record = records.at(at);
      if (record == null) {
        throw new IOException(path + ": the record at " + at + " cannot be read");
      }
      reader.record(record);
      at = record.end();
    }
  }

  /**
   * Appends a record in one write.
   *
   * @return its position, for {@link #read}
   * @throws IOException for example if the disk is full; the log is then as before
   */
  public long append(byte type, byte[] payload) throws IOException {
    return appendAll(type, List.of(payload))[0];
  }

  /** Appends several records in one write; returns their positions. */
  public long[] appendAll(byte type, List<byte[]> payloads) throws IOException {
    long[] positions = new long[payloads.size()];
    long position = file.end();
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position;
      position += HEADER_BYTES + payloads.get(i).length;
    }
    if (positions.length > 0) {
      long last = file.lastSeq();
      file.append(LogFormat.records(file.key(), last + 1, type, payloads), last + positions.length);
    }
    return positions;
  }

  /**
   * Tries whether a record could be appended; the log is as before. The file is written to only if
   * the last attempt failed or the disk seems to be full, so that it is left alone otherwise.
   *
   * @throws IOException if it could not, for example because the disk is full or read-only
   */
  public void probe() throws IOException {
    file.probe();
  }

  /** Appends a record of another log, with its number. */
  void copy(LogRecord record) throws IOException {
    file.append(
        LogFormat.records(file.key(), record.seq(), record.type(), List.of(record.payload())),
        record.seq());
  }

  /** Continues numbers after this one, which was used and is lost. */
  void goOnAfter(long seq) throws IOException {
    file.goOnAfter(seq);
  }

  /**
   * The payload of the record at that position.
   *
   * @throws IOException also if it is not as it was written
   */
  public byte[] read(long position) throws IOException {
    LogRecord record = new LogReader(file.channel(), file.key(), HEADER_BYTES).at(position);
    if (record == null) {
      throw new IOException(path + ": the record at " + position + " is damaged");
    }
    return record.payload();
  }

  /**
   * Waits until everything appended so far is on the disk. If it throws, nothing can be appended
   * before the log {@link #isSuspect() is made anew}.
   */
  public void force() throws IOException {
    file.force();
  }

  /**
   * Whether a sync has failed. It is not known then what of the file is on the disk, and no later
   * sync tells, since the system may have thrown away what it could not write. {@link #rewrite} and
   * {@link #startAnew} go on in a file of which it is known.
   */
  public boolean isSuspect() {
    return file.isSuspect();
  }

  /** Random number that tells this log from all others, for as long as it is not rewritten. */
  public int key() {
    return file.key();
  }

  /** Length of the file in bytes. */
  public long size() {
    return file.end();
  }

  /** Number of the last record that was appended; 0 if there never was one. */
  public long lastSeq() {
    return file.lastSeq();
  }

  /** Removes all records; the next one gets the number after this one. */
  public void restartAfter(long seq) throws IOException {
    file.restartAfter(seq);
  }

  /** Replaces the file atomically by a new one with the records of the rewriter. */
  public void rewrite(Rewriter rewriter) throws IOException {
    replace(newKey(), rewriter);
  }

  /** Continues in an empty file with the same key at the log's path; numbers continue. */
  public void startAnew() throws IOException {
    replace(file.key(), fresh -> {});
  }

  private void replace(int freshKey, Rewriter rewriter) throws IOException {
    Path temporary = temporary(path);
    RecordLog fresh = temporary(temporary, boot, freshKey, file.lastSeq() + 1);
    try {
      rewriter.write(fresh);
      fresh.force();
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      fresh.close();
      Files.deleteIfExists(temporary);
      throw e;
    }
    goOnIn(fresh);
  }

  private void goOnIn(RecordLog fresh) {
    LogFile old = file;
    fresh.file.renamed(path);
    file = fresh.file;
    replaced(old);
  }

  /** From here on the new file is in use, whatever happens, and its positions are valid. */
  private void replaced(LogFile old) {
    try {
      old.close();
      DurableFiles.syncDirectory(path.toAbsolutePath().getParent());
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "{0}: if the machine crashes now, an older version may be found there: {1}",
          path,
          IoErrors.sayWhere(e));
    }
  }

  /**
   * Renames the file, which must be synced, and continues in an empty one with the same key;
   * numbers continue.
   *
   * @param earlier is replaced if it is there
   */
  public void moveTo(Path earlier) throws IOException {
    Path temporary = temporary(path);
    RecordLog fresh = temporary(temporary, boot, file.key(), file.lastSeq() + 1);
    try {
      fresh.force();
      Files.move(path, earlier, StandardCopyOption.ATOMIC_MOVE);
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      fresh.close();
      throw e;
    }
    goOnIn(fresh);
  }

  /**
   * Must be called before {@link #open}: completes a {@link #moveTo} that a crash has interrupted.
   */
  public static void completeMove(Path path) throws IOException {
    if (!Files.exists(path) && LogCheck.isLog(temporary(path))) {
      Files.move(temporary(path), path, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * Whether its name still stands for the file that it writes to, and all of it is there: false
   * once it was removed or cut short, or another one was put in its place.
   */
  public boolean isInPlace() throws IOException {
    return file.isInPlace();
  }

  /**
   * Must be called when it is not {@link #isInPlace}, before another file is put there: creates the
   * directory if necessary, sets an existing file aside, and logs it.
   *
   * @param what name of the file, for people
   * @param then what happens next, for people
   */
  public void tellNotInPlace(String what, String then) throws IOException {
    DurableFiles.tellNotInPlace(path, what, then);
  }

  /** The name of a log that is to replace that one. */
  static Path temporary(Path path) {
    return path.resolveSibling(path.getFileName() + ".new");
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
