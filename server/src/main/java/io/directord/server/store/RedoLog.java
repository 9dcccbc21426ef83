package io.directord.server.store;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * What was written since the tables were last saved, so that a commit costs one short write at the
 * end of a file. Each group of mutations is a record: length, checksum, mutations. A record that a
 * crash has torn is the last one, and was never acknowledged. Belongs to one thread.
 */
final class RedoLog implements AutoCloseable {
  /** Beyond it, a length is damage. */
  private static final int MAX_RECORD_BYTES = 1 << 30;

  private static final int HEADER_BYTES = 2 * Integer.BYTES;
  private static final byte TEXT_KEY = 1;
  private static final byte NUMBER_KEY = 2;
  private static final int REMOVED = -1;

  private final FileChannel file;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();

  /**
   * One key of one table gets another value.
   *
   * @param key a String or a Long
   * @param value null to remove it
   */
  record Mutation(byte table, Object key, byte[] value) {}

  RedoLog(Path path) throws IOException {
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Gives all mutations that were appended, in order; what follows a torn record is dropped. */
  void replay(Consumer<Mutation> each) throws IOException {
    long position = 0;
    for (ByteBuffer record = next(0); record != null; record = next(position)) {
      position += HEADER_BYTES + record.remaining();
      while (record.hasRemaining()) {
        each.accept(read(record));
      }
    }
    file.truncate(position);
    file.position(position);
  }

  /** Returns once the mutations are on the disk. */
  void append(List<Mutation> mutations) throws IOException {
    buffer.reset();
    buffer.writeBytes(new byte[HEADER_BYTES]);
    DataOutputStream out = new DataOutputStream(buffer);
    for (Mutation mutation : mutations) {
      write(mutation, out);
    }
    byte[] bytes = buffer.toByteArray();
    ByteBuffer record = ByteBuffer.wrap(bytes);
    record.putInt(bytes.length - HEADER_BYTES);
    record.putInt(checksum(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES)).rewind();
    while (record.hasRemaining()) {
      file.write(record);
    }
    file.force(false);
  }

  long size() throws IOException {
    return file.position();
  }

  /** Forgets everything: the tables are saved. */
  void clear() throws IOException {
    file.truncate(0);
    file.position(0);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** The record at that position; null if there is no whole one. */
  private ByteBuffer next(long position) throws IOException {
    ByteBuffer header = read(position, HEADER_BYTES);
    if (header == null) {
      return null;
    }
    int length = header.getInt();
    int checksum = header.getInt();
    if (length <= 0 || length > MAX_RECORD_BYTES) {
      return null;
    }
    ByteBuffer record = read(position + HEADER_BYTES, length);
    return record != null && checksum(record.array(), 0, length) == checksum ? record : null;
  }

  private ByteBuffer read(long position, int length) throws IOException {
    if (position + length > file.size()) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, position + bytes.position()) < 0) {
        return null;
      }
    }
    return bytes.flip();
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static void write(Mutation mutation, DataOutputStream out) throws IOException {
    out.writeByte(mutation.table());
    if (mutation.key() instanceof Long number) {
      out.writeByte(NUMBER_KEY);
      out.writeLong(number);
    } else {
      byte[] key = ((String) mutation.key()).getBytes(StandardCharsets.UTF_8);
      out.writeByte(TEXT_KEY);
      out.writeInt(key.length);
      out.write(key);
    }
    out.writeInt(mutation.value() == null ? REMOVED : mutation.value().length);
    if (mutation.value() != null) {
      out.write(mutation.value());
    }
  }

  private static Mutation read(ByteBuffer record) {
    try {
      byte table = record.get();
      Object key =
          record.get() == NUMBER_KEY
              ? (Object) record.getLong()
              : new String(bytes(record, record.getInt()), StandardCharsets.UTF_8);
      int length = record.getInt();
      return new Mutation(table, key, length == REMOVED ? null : bytes(record, length));
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new UncheckedIOException(new IOException("a whole record makes no sense", e));
    }
  }

  private static byte[] bytes(ByteBuffer record, int length) {
    byte[] bytes = new byte[length];
    record.get(bytes);
    return bytes;
  }
}
