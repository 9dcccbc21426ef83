package io.directord.common.storage;

import io.directord.common.security.PrivateFiles;
import io.directord.common.validation.Counted;
import io.directord.common.validation.LaterVersionException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * An append-only file of records, see {@link LogFormat}. A record that was appended survives the
 * end of this process; what was {@link #force}d survives the end of the machine. When the log is
 * opened again, a record that a crash left unfinished is cut off; everything else that differs from
 * what was written is damage: the file is set aside, sound records are copied to a new one, and
 * {@link Opened#damage} says what is missing.
 *
 * <p>Not thread-safe, but {@link #force} may run beside {@link #append}. Written through {@link
 * RandomAccessFile}, because an interrupt closes a channel that is being written to.
 */
public final class RecordLog implements Closeable {
  private static final Logger LOG = System.getLogger(RecordLog.class.getName());
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Size of a record in the file, without its payload. */
  public static final int HEADER_BYTES = LogFormat.RECORD_HEADER_BYTES;

  /** More than is left of a block that a full disk still has. */
  private static final int PROBE_BYTES = 8192;

  private final Path path;
  private final UUID boot;
  private final Object marking = new Object();
  private RandomAccessFile file;

  /** The identity of the file, independent of its name. */
  private Object fileKey;

  private int key;
  private LogMark mark;
  private long end;
  private long lastSeq;

  /** Whether the last attempt to write failed. */
  private boolean failing;

  /** Whether a sync has failed: the next one may succeed though something was thrown away. */
  private volatile boolean suspect;

  private RecordLog(Path path, UUID boot, RandomAccessFile file, int key, LogMark mark)
      throws IOException {
    this.path = path;
    this.boot = boot;
    this.file = file;
    this.fileKey = DurableFiles.key(path);
    this.key = key;
    this.mark = mark;
    this.end = mark.written();
    this.lastSeq = mark.last();
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
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      RecordLog log = opened(path, boot, file, check, reader);
      return new Opened(log, created, check.mark().synced() < check.end(), damage);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Writes nothing before the reader has taken all records. */
  private static RecordLog opened(
      Path path, UUID boot, RandomAccessFile file, LogCheck check, Reader reader)
      throws IOException {
    LogMark found = check.mark();
    // The records written so far, whether synced or not.
    long synced = Math.min(found.synced(), check.end());
    LogMark mark = new LogMark(synced, check.end(), found.first(), check.lastSeq(), boot);
    RecordLog log = new RecordLog(path, boot, file, check.key(), mark);
    log.each(reader);
    if (check.end() < check.length()) {
      LOG.log(
          Level.WARNING,
          "{0}: cut off {1} that a crash left unfinished",
          path,
          Counted.of(check.length() - check.end(), "byte"));
      file.setLength(check.end());
    }
    log.mark(mark);
    return log;
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
    return new RecordLog(path, boot, new RandomAccessFile(path.toFile(), "rw"), key, mark);
  }

  static int newKey() {
    return RANDOM.nextInt();
  }

  private void each(Reader reader) throws IOException {
    LogReader records = new LogReader(file.getChannel(), key);
    long at = LogFormat.HEADER_BYTES;
    while (at < end) {
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
    long position = end;
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position;
      position += HEADER_BYTES + payloads.get(i).length;
    }
    if (positions.length > 0) {
      write(LogFormat.records(key, lastSeq + 1, type, payloads), lastSeq + positions.length);
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
    synchronized (marking) {
      requireSound();
      if (!failing && path.toFile().getUsableSpace() >= PROBE_BYTES) {
        return;
      }
      failing = true;
      try {
        file.seek(end);
        file.write(new byte[PROBE_BYTES]);
        failing = false;
      } finally {
        file.setLength(end);
      }
    }
  }

  /** Appends a record of another log, with its number. */
  void copy(LogRecord record) throws IOException {
    write(
        LogFormat.records(key, record.seq(), record.type(), List.of(record.payload())),
        record.seq());
  }

  /** Continues numbers after this one, which was used and is lost. */
  void goOnAfter(long seq) throws IOException {
    if (seq > lastSeq) {
      synchronized (marking) {
        mark(new LogMark(mark.synced(), mark.written(), mark.first(), seq, boot));
      }
      lastSeq = seq;
    }
  }

  /**
   * The payload of the record at that position.
   *
   * @throws IOException also if it is not as it was written
   */
  public byte[] read(long position) throws IOException {
    LogRecord record = new LogReader(file.getChannel(), key, HEADER_BYTES).at(position);
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
    long covered;
    synchronized (marking) {
      covered = mark.written();
    }
    RandomAccessFile forced = file;
    try {
      forced.getChannel().force(false);
    } catch (IOException e) {
      suspect(forced, e);
      throw e;
    }
    synchronized (marking) {
      mark(new LogMark(covered, mark.written(), mark.first(), mark.last(), boot));
    }
  }

  private void suspect(RandomAccessFile forced, IOException cause) {
    suspect = true;
    synchronized (marking) {
      // An interrupt closes it; what it has is still to be read.
      if (file == forced && !forced.getChannel().isOpen()) {
        try {
          file = new RandomAccessFile(path.toFile(), "rw");
        } catch (IOException e) {
          cause.addSuppressed(e);
        }
      }
    }
  }

  /**
   * Whether a sync has failed. It is not known then what of the file is on the disk, and no later
   * sync tells, since the system may have thrown away what it could not write. {@link #rewrite} and
   * {@link #startAnew} go on in a file of which it is known.
   */
  public boolean isSuspect() {
    return suspect;
  }

  /** Random number that tells this log from all others, for as long as it is not rewritten. */
  public int key() {
    return key;
  }

  /** Length of the file in bytes. */
  public long size() {
    return end;
  }

  /** Number of the last record that was appended; 0 if there never was one. */
  public long lastSeq() {
    return lastSeq;
  }

  /** Removes all records; the next one gets the number after this one. */
  public void restartAfter(long seq) throws IOException {
    synchronized (marking) {
      mark(LogMark.empty(seq + 1, boot));
    }
    // The mark comes first: otherwise the file might be shorter than the mark says.
    file.getChannel().force(false);
    end = LogFormat.HEADER_BYTES;
    lastSeq = seq;
    file.setLength(end);
  }

  /** Replaces the file atomically by a new one with the records of the rewriter. */
  public void rewrite(Rewriter rewriter) throws IOException {
    replace(newKey(), rewriter);
  }

  /** Continues in an empty file with the same key at the log's path; numbers continue. */
  public void startAnew() throws IOException {
    replace(key, fresh -> {});
  }

  private void replace(int freshKey, Rewriter rewriter) throws IOException {
    Path temporary = temporary(path);
    RecordLog fresh = temporary(temporary, boot, freshKey, lastSeq + 1);
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
    RandomAccessFile old = file;
    synchronized (marking) {
      file = fresh.file;
      fileKey = fresh.fileKey;
      key = fresh.key;
      mark = fresh.mark;
      suspect = false;
    }
    end = fresh.end;
    lastSeq = fresh.lastSeq;
    replaced(old);
  }

  /** From here on the new file is in use, whatever happens, and its positions are valid. */
  private void replaced(RandomAccessFile old) {
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
    RecordLog fresh = temporary(temporary, boot, key, lastSeq + 1);
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
    return Objects.equals(DurableFiles.key(path), fileKey) && file.length() >= end;
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

  private static Path temporary(Path path) {
    return path.resolveSibling(path.getFileName() + ".new");
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void requireSound() throws IOException {
    if (suspect) {
      throw new IOException(
          path + " could not be synced to the disk, and is not written to before it is made anew");
    }
  }

  private void write(byte[] bytes, long seq) throws IOException {
    synchronized (marking) {
      requireSound();
      try {
        file.seek(end);
        file.write(bytes);
        mark(new LogMark(mark.synced(), end + bytes.length, mark.first(), seq, boot));
        failing = false;
      } catch (IOException e) {
        failing = true;
        cutBack(e);
        throw e;
      }
      end += bytes.length;
      lastSeq = seq;
    }
  }

  /** Removes a partial record; on failure, the next record overwrites it. */
  private void cutBack(IOException cause) {
    try {
      mark(new LogMark(mark.synced(), end, mark.first(), lastSeq, boot));
      file.setLength(end);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Only while {@link #marking} is held, which guards the position of writes. */
  private void mark(LogMark now) throws IOException {
    file.seek(LogFormat.MARK_OFFSET);
    file.write(now.toBytes(key));
    mark = now;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
