package io.directord.server.store;

import io.directord.common.storage.Boot;
import io.directord.common.storage.Damage;
import io.directord.common.storage.LogRecord;
import io.directord.common.storage.RecordLog;
import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The log of changes since the last save of the tables but one, and older ones as long as the log
 * is small: a commit is one short write at the end of a file, and changes lost in a damaged save
 * are redone. Each group of mutations is a record. There are two files: once the newer is large, it
 * replaces the earlier one at a save. Belongs to one thread.
 */
final class RedoLog implements AutoCloseable {
  private static final byte MUTATIONS = 1;

  /** Marks that the tables were saved with all records before this one. */
  private static final byte SAVED = 2;

  private static final byte TEXT_KEY = 1;
  private static final byte NUMBER_KEY = 2;
  private static final int REMOVED = -1;
  private static final byte[] NOTHING = {};

  private final Path path;
  private final RecordLog log;
  private final boolean created;
  private final List<Damage> damages;

  /** The records that were found, by their numbers, until {@link #forgetFound}. */
  private NavigableMap<Long, Found> found;

  /** The earlier file, open until {@link #forgetFound}; null if there is none. */
  private RecordLog earlier;

  private long unsavedBytes;

  private RedoLog(
      Path path,
      RecordLog.Opened opened,
      RecordLog earlier,
      List<Damage> damages,
      NavigableMap<Long, Found> found) {
    this.path = path;
    this.log = opened.log();
    this.earlier = earlier;
    this.created = opened.created();
    this.damages = damages;
    this.found = found;
  }

  /**
   * A change of one key of one table.
   *
   * @param key a String or a Long
   * @param value null to remove it
   */
  record Mutation(byte table, Object key, byte[] value) {}

  /**
   * Receives mutations as they are read from the disk, since together they may not fit into memory.
   */
  interface Replayed {
    void mutation(Mutation mutation);

    /** Called after all mutations of this record, and of those before it. */
    default void end(long seq) throws IOException {}
  }

  /** The location of a record. */
  private record Found(byte type, boolean isEarlier, long position, int bytes) {}

  /**
   * Opens or creates it, and reads its records.
   *
   * @param key expected key of the log; null for any
   */
  static RedoLog open(Path path, Integer key) throws IOException {
    NavigableMap<Long, Found> found = new TreeMap<>();
    List<Damage> damages = new ArrayList<>();
    RecordLog.completeMove(path);
    RecordLog.Opened opened =
        RecordLog.open(path, Boot.id(), key, record -> take(path, false, record, found));
    RecordLog before = null;
    try {
      if (opened.damage() != null) {
        damages.add(opened.damage());
      }
      Path earlier = earlier(path);
      if (Files.exists(earlier)) {
        Integer same = opened.log().key();
        RecordLog.Opened other =
            RecordLog.open(earlier, Boot.id(), same, record -> take(earlier, true, record, found));
        before = other.log();
        if (other.damage() != null) {
          damages.add(other.damage());
        }
      }
      return new RedoLog(path, opened, before, damages, found);
    } catch (IOException | RuntimeException e) {
      opened.log().close();
      if (before != null) {
        before.close();
      }
      throw e;
    }
  }

  private static void take(
      Path path, boolean isEarlier, LogRecord record, NavigableMap<Long, Found> found)
      throws IOException {
    if (record.type() != MUTATIONS && record.type() != SAVED) {
      throw new LaterVersionException("the redo log " + path, "a record of type " + record.type());
    }
    found.put(
        record.seq(),
        new Found(record.type(), isEarlier, record.position(), record.payload().length));
  }

  /** Path of the earlier file. */
  static Path earlier(Path path) {
    return path.resolveSibling(path.getFileName() + ".earlier");
  }

  /** Whether there was no file. */
  boolean isNew() {
    return created;
  }

  /** Damage found when it was opened. */
  List<Damage> damages() {
    return damages;
  }

  /** Number of the last record that is known to be in the saved tables; 0 if none. */
  long lastSave() {
    return found.descendingMap().entrySet().stream()
        .filter(record -> record.getValue().type() == SAVED)
        .mapToLong(record -> record.getKey() - 1)
        .findFirst()
        .orElse(0);
  }

  /** The number after which all records up to this one are present. */
  long wholeAfter(long seq) {
    long after = seq;
    while (found.containsKey(after)) {
      after--;
    }
    return after;
  }

  /** Number of missing records after this one. */
  long missingAfter(long seq) {
    return log.lastSeq() - seq - found.tailMap(seq, false).size();
  }

  /** Passes on the mutations of records in a range, in order. */
  void replay(long after, long upTo, Replayed replayed) throws IOException {
    if (after >= upTo) {
      return;
    }
    for (Map.Entry<Long, Found> entry : found.subMap(after, false, upTo, true).entrySet()) {
      Found record = entry.getValue();
      if (record.type() == MUTATIONS) {
        read((record.isEarlier() ? earlier : log).read(record.position()), replayed);
        unsavedBytes += record.bytes();
        replayed.end(entry.getKey());
      }
    }
  }

  /** Drops the records found, after they were redone. */
  void forgetFound() throws IOException {
    found = new TreeMap<>();
    closeEarlier();
  }

  private void closeEarlier() throws IOException {
    if (earlier != null) {
      earlier.close();
      earlier = null;
    }
  }

  /** Appends mutations durably; if it throws, none was appended. */
  void append(List<Mutation> mutations) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(mutations.stream().mapToInt(RedoLog::size).sum());
    mutations.forEach(mutation -> write(mutation, out));
    log.append(MUTATIONS, out.array());
    log.force();
    unsavedBytes += out.capacity();
  }

  /** The random key of this log. */
  int key() {
    return log.key();
  }

  /** Bytes appended or redone since the tables were saved. */
  long unsavedBytes() {
    return unsavedBytes;
  }

  /** Number of the last record that was appended. */
  long lastSeq() {
    return log.lastSeq();
  }

  /** Notes that the tables are saved with everything redone so far. */
  void savedWhatIsReplayed() {
    unsavedBytes = 0;
  }

  /**
   * The tables are saved with everything that was appended. That stays, and what came before it is
   * forgotten if there is much of it. A log that could not be synced begins anew.
   *
   * @param maxBytes maximum size of the newer file
   */
  void saved(long maxBytes) throws IOException {
    unsavedBytes = 0;
    if (log.isSuspect()) {
      log.startAnew();
      return;
    }
    log.append(SAVED, NOTHING);
    if (log.size() > maxBytes) {
      log.force();
      log.moveTo(earlier(path));
    }
  }

  /** As {@link RecordLog#isInPlace}. */
  boolean isInPlace() throws IOException {
    return log.isInPlace();
  }

  /** As {@link RecordLog#isSuspect}. */
  boolean isSuspect() {
    return log.isSuspect();
  }

  /** Continues in a new file at its path; the tables must then be saved. */
  void startAnew() throws IOException {
    log.tellNotInPlace("the redo log", "The tables are saved, so that nothing is lost");
    log.startAnew();
  }

  /** Clears the log, and continues with the number after this one. */
  void restartAfter(long seq) throws IOException {
    log.restartAfter(seq);
    found.clear();
  }

  @Override
  public void close() throws IOException {
    closeEarlier();
    log.close();
  }

  private static int size(Mutation mutation) {
    int key =
        mutation.key() instanceof Long ? Long.BYTES : Integer.BYTES + text(mutation.key()).length;
    return 2 + key + Integer.BYTES + (mutation.value() == null ? 0 : mutation.value().length);
  }

  private static byte[] text(Object key) {
    return ((String) key).getBytes(StandardCharsets.UTF_8);
  }

  private static void write(Mutation mutation, ByteBuffer out) {
    out.put(mutation.table());
    if (mutation.key() instanceof Long number) {
      out.put(NUMBER_KEY).putLong(number);
    } else {
      byte[] key = text(mutation.key());
      out.put(TEXT_KEY).putInt(key.length).put(key);
    }
    out.putInt(mutation.value() == null ? REMOVED : mutation.value().length);
    if (mutation.value() != null) {
      out.put(mutation.value());
    }
  }

  private static void read(byte[] record, Replayed replayed) throws IOException {
    ByteBuffer mutations = ByteBuffer.wrap(record);
    while (mutations.hasRemaining()) {
      replayed.mutation(read(mutations));
    }
  }

  /** Decodes the next mutation; its bytes are verified. */
  static Mutation read(ByteBuffer in) throws IOException {
    try {
      byte table = in.get();
      Object key =
          in.get() == NUMBER_KEY
              ? (Object) in.getLong()
              : new String(bytes(in, in.getInt()), StandardCharsets.UTF_8);
      int length = in.getInt();
      return new Mutation(table, key, length == REMOVED ? null : bytes(in, length));
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new IOException("a whole record makes no sense", e);
    }
  }

  private static byte[] bytes(ByteBuffer record, int length) {
    byte[] bytes = new byte[length];
    record.get(bytes);
    return bytes;
  }
}
