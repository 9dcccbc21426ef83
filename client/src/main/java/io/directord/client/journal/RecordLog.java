package io.directord.client.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A file that records are appended to. Each is framed by its length and a checksum, so that what a
 * crash tore is noticed when the file is opened again, and cut off. A record that was appended
 * survives the end of this process; what was {@link #force}d survives the end of the machine.
 *
 * <p>Not thread-safe, but {@link #force} may run beside {@link #append}. Written through {@link
 * RandomAccessFile}, because an interrupt closes a channel that is being written to.
 */
public final class RecordLog implements Closeable {
  private static final Logger LOG = System.getLogger(RecordLog.class.getName());

  /** Longest record; a length beyond it is damage. */
  static final int MAX_RECORD_BYTES = 64 << 20;

  static final byte[] MAGIC = {'D', 'R', 'D', 'L', 'O', 'G', '1', '\n'};

  /** Length, checksum, type. */
  static final int HEADER_BYTES = 9;

  static final int CHECKSUM_OFFSET = 4;
  static final int TYPE_OFFSET = 8;

  private final Path path;
  private RandomAccessFile file;
  private long end;

  private RecordLog(Path path, RandomAccessFile file, long end) {
    this.path = path;
    this.file = file;
    this.end = end;
  }

  /** Is given every record at opening, in order. */
  @FunctionalInterface
  public interface Reader {
    void record(byte type, byte[] payload, long position) throws IOException;
  }

  /** Writes what shall be kept; positions are valid once {@link #rewrite} has returned. */
  @FunctionalInterface
  public interface Rewriter {
    void write(RecordLog fresh) throws IOException;
  }

  /**
   * Opens or makes the log, and gives all its records to the reader.
   *
   * @throws DamagedLogException if it is damaged elsewhere than at its end
   */
  public static RecordLog open(Path path, Reader reader) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      return new RecordLog(path, file, LogScan.scan(file, path, reader));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Appends a record in one write.
   *
   * @return its position, for {@link #read}
   * @throws IOException for example if the disk is full; the log is then as before
   */
  public long append(byte type, byte[] payload) throws IOException {
    long position = end;
    writeAtEnd(frame(type, payload));
    return position;
  }

  /** Appends several in one write; returns the positions. */
  public long[] appendAll(byte type, List<byte[]> payloads) throws IOException {
    long[] positions = new long[payloads.size()];
    int total = payloads.stream().mapToInt(p -> p.length + HEADER_BYTES).sum();
    ByteBuffer all = ByteBuffer.allocate(total);
    for (int i = 0; i < positions.length; i++) {
      positions[i] = end + all.position();
      all.put(frame(type, payloads.get(i)));
    }
    writeAtEnd(all.array());
    return positions;
  }

  /** The payload of the record at that position. */
  public byte[] read(long position) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    readFully(header, position);
    int length = header.getInt(0);
    if (length < 0 || length > MAX_RECORD_BYTES) {
      throw new IOException(path + ": no record at " + position);
    }
    ByteBuffer payload = ByteBuffer.allocate(length);
    readFully(payload, position + HEADER_BYTES);
    if (checksum(header.get(TYPE_OFFSET), payload.array()) != header.getInt(CHECKSUM_OFFSET)) {
      throw new IOException(path + ": the record at " + position + " is damaged");
    }
    return payload.array();
  }

  /** Waits until everything appended so far is on the disk. */
  public void force() throws IOException {
    file.getChannel().force(false);
  }

  /** Length of the file in bytes. */
  public long size() {
    return end;
  }

  /**
   * Replaces the file by a new one with what the rewriter writes, at once: whatever happens, one of
   * the two is there.
   */
  public void rewrite(Rewriter rewriter) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    RecordLog fresh = open(temporary, (type, payload, position) -> {});
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
    RandomAccessFile old = file;
    file = fresh.file;
    end = fresh.end;
    replaced(old);
  }

  /** The new file is there and goes on, whatever happens now: its positions are the valid ones. */
  private void replaced(RandomAccessFile old) {
    try {
      old.close();
      forceFolder(path.toAbsolutePath().getParent());
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "{0}: if the machine crashes now, an older version may be found there: {1}",
          path,
          e.toString());
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /**
   * Gives every sound record to the reader up to the first that is not, and changes nothing: for a
   * log that another process may be writing to.
   */
  public static void peek(Path path, Reader reader) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      LogScan.peek(in, path, reader);
    }
  }

  /** Renames a damaged log, so that people can look at it and a new one can be made. */
  public static Path setAside(Path path, Instant now) throws IOException {
    Path aside = path.resolveSibling(path.getFileName() + ".damaged-" + now.toEpochMilli());
    return Files.move(path, aside);
  }

  /** Makes names in a folder durable. */
  public static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static int checksum(byte type, byte[] payload) {
    CRC32 crc = new CRC32();
    crc.update(type);
    crc.update(payload);
    return (int) crc.getValue();
  }

  private static byte[] frame(byte type, byte[] payload) {
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .putInt(payload.length)
        .putInt(checksum(type, payload))
        .put(type)
        .put(payload)
        .array();
  }

  private void writeAtEnd(byte[] bytes) throws IOException {
    try {
      // A write that failed, and nothing else, leaves the file elsewhere than at its end.
      if (file.getFilePointer() != end) {
        file.seek(end);
      }
      file.write(bytes);
      end += bytes.length;
    } catch (IOException e) {
      cutBack(e);
      throw e;
    }
  }

  /** Half a record must not stay behind; if it does, the next one is written over it. */
  private void cutBack(IOException cause) {
    try {
      file.setLength(end);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void readFully(ByteBuffer buffer, long position) throws IOException {
    FileChannel channel = file.getChannel();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException(path + ": no record at " + position);
      }
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }

  static boolean isMagic(byte[] bytes) {
    return Arrays.equals(bytes, MAGIC);
  }
}
