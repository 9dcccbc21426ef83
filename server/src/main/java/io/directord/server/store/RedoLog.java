package io.directord.server.store;

import io.directord.common.storage.Boot;
import io.directord.common.storage.Damage;
import io.directord.common.storage.LogRecord;
import io.directord.common.storage.RecordLog;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What was written since the tables were last saved, so that a commit costs one short write at the
 * end of a file. Each group of mutations is a record. Belongs to one thread.
 */
final class RedoLog implements AutoCloseable {
  private static final byte MUTATIONS = 1;
  private static final byte TEXT_KEY = 1;
  private static final byte NUMBER_KEY = 2;
  private static final int REMOVED = -1;

  private final RecordLog log;
  private final boolean created;
  private final Damage damage;

  private RedoLog(RecordLog.Opened opened) {
    this.log = opened.log();
    this.created = opened.created();
    this.damage = opened.damage();
  }

  /**
   * One key of one table gets another value.
   *
   * @param key a String or a Long
   * @param value null to remove it
   */
  record Mutation(byte table, Object key, byte[] value) {}

  /**
   * Opens or makes it, and gives all mutations that were appended, in order.
   *
   * @param key of the log that it must be; null if any will do
   * @param savedSeq the last record that the tables have already; those up to it are left out
   */
  static RedoLog open(Path path, Integer key, long savedSeq, Consumer<Mutation> each)
      throws IOException {
    return new RedoLog(
        RecordLog.open(
            path,
            Boot.id(),
            key,
            record -> {
              if (record.seq() > savedSeq) {
                read(path, record, each);
              }
            }));
  }

  /** Whether there was no file. */
  boolean isNew() {
    return created;
  }

  /** What was found damaged when it was opened; null if nothing was. */
  Damage damage() {
    return damage;
  }

  /** Returns once the mutations are on the disk; if it throws, none of them is. */
  void append(List<Mutation> mutations) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(mutations.stream().mapToInt(RedoLog::size).sum());
    mutations.forEach(mutation -> write(mutation, out));
    log.append(MUTATIONS, out.array());
    log.force();
  }

  /** Tells this log from all others. */
  int key() {
    return log.key();
  }

  long size() {
    return log.size();
  }

  /** Number of the first record that is in it, or that comes next. */
  long firstSeq() {
    return log.firstSeq();
  }

  /** Number of the last record that was appended. */
  long lastSeq() {
    return log.lastSeq();
  }

  /** Forgets everything: the tables are saved. */
  void clear() throws IOException {
    if (!log.isEmpty()) {
      log.clear();
    }
  }

  /** Forgets everything, and goes on with the number after that one. */
  void restartAfter(long seq) throws IOException {
    log.restartAfter(seq);
  }

  @Override
  public void close() throws IOException {
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

  private static void read(Path path, LogRecord record, Consumer<Mutation> each)
      throws IOException {
    if (record.type() != MUTATIONS) {
      throw new IOException(
          path
              + " holds a record of type "
              + record.type()
              + ", which this version of directord does not know: start the version that wrote it");
    }
    ByteBuffer mutations = ByteBuffer.wrap(record.payload());
    while (mutations.hasRemaining()) {
      each.accept(read(mutations));
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
