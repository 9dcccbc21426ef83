package io.directord.server.store;

import io.directord.common.storage.Boot;
import io.directord.common.storage.Damage;
import io.directord.common.storage.LogRecord;
import io.directord.common.storage.RecordLog;
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
 * What was written since the tables were saved the time before last, and more as long as it is
 * small: a commit costs one short write at the end of a file, and what a damaged save has lost is
 * done again. Each group of mutations is a record. There are two files: once the newer is large, it
 * becomes the earlier one at a save, and takes that one's place. Belongs to one thread.
 */
final class RedoLog implements AutoCloseable {
  private static final byte MUTATIONS = 1;

  /** The tables were saved with all records before this one. */
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

  /** What came before, open until {@link #forgetFound}; null if there is nothing. */
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
   * One key of one table gets another value.
   *
   * @param key a String or a Long
   * @param value null to remove it
   */
  record Mutation(byte table, Object key, byte[] value) {}

  /** Given what was written, as it is read from the disk: all of it at once may be too much. */
  interface Replayed {
    void mutation(Mutation mutation);

    /** All mutations of the record of that number were given, and of those before it. */
    default void end(long seq) throws IOException {}
  }

  /** Where a record is. */
  private record Found(byte type, boolean isEarlier, long position, int bytes) {}

  /**
   * Opens or makes it, and reads what it has.
   *
   * @param key of the log that it must be; null if any will do
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
      throw new IOException(
          path
              + " holds a record of type "
              + record.type()
              + ", which this version of directord does not know: start the version that wrote it");
    }
    found.put(
        record.seq(),
        new Found(record.type(), isEarlier, record.position(), record.payload().length));
  }

  /** Where what came before is. */
  static Path earlier(Path path) {
    return path.resolveSibling(path.getFileName() + ".earlier");
  }

  /** Whether there was no file. */
  boolean isNew() {
    return created;
  }

  /** What was found damaged when it was opened. */
  List<Damage> damages() {
    return damages;
  }

  /** Number of the last record that the tables are known to have been saved with; 0 if of none. */
  long lastSave() {
    return found.descendingMap().entrySet().stream()
        .filter(record -> record.getValue().type() == SAVED)
        .mapToLong(record -> record.getKey() - 1)
        .findFirst()
        .orElse(0);
  }

  /** From the record after which number on all of them are there, up to that one. */
  long wholeAfter(long seq) {
    long after = seq;
    while (found.containsKey(after)) {
      after--;
    }
    return after;
  }

  /** How many records behind that one were written, and are not there. */
  long missingAfter(long seq) {
    return log.lastSeq() - seq - found.tailMap(seq, false).size();
  }

  /** Gives the mutations that were found in records from one to another, in order. */
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

  /** What was found is done again. */
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

  /** Returns once the mutations are on the disk; if it throws, none of them is. */
  void append(List<Mutation> mutations) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(mutations.stream().mapToInt(RedoLog::size).sum());
    mutations.forEach(mutation -> write(mutation, out));
    log.append(MUTATIONS, out.array());
    log.force();
    unsavedBytes += out.capacity();
  }

  /** Tells this log from all others. */
  int key() {
    return log.key();
  }

  /** How much was appended, or given again, since the tables were saved, in bytes. */
  long unsavedBytes() {
    return unsavedBytes;
  }

  /** Number of the last record that was appended. */
  long lastSeq() {
    return log.lastSeq();
  }

  /** The tables are saved with everything that was given again up to now. */
  void savedWhatIsReplayed() {
    unsavedBytes = 0;
  }

  /**
   * The tables are saved with everything that was appended. That stays, and what came before it is
   * forgotten if there is much of it. A log that could not be synced begins anew.
   *
   * @param maxBytes of the newer file
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

  /** Goes on in a new file at its place; the tables are to be saved then. */
  void startAnew() throws IOException {
    log.tellNotInPlace("the redo log", "The tables are saved, so that nothing is lost");
    log.startAnew();
  }

  /** Forgets everything, and goes on with the number after that one. */
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

  /** The next mutation, of whose bytes it is known that they are as they were written. */
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
