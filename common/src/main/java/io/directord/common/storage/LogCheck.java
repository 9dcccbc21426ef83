package io.directord.common.storage;

import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The result of checking the whole file of a log.
 *
 * @param key of its records; null if unknown
 * @param mark null if it is damaged
 * @param end the end of the leading sound records
 * @param lastSeq number of that record, or of the last one ever written if the log is empty
 * @param length of the file
 * @param damage describes the damage; null if there is none, so that bytes after {@code end} were
 *     left incomplete by a crash
 */
record LogCheck(Integer key, LogMark mark, long end, long lastSeq, long length, String damage) {

  /** Whether the file is there and begins as a log of this format does, sound or not. */
  static boolean isLog(Path path) throws IOException {
    return Files.exists(path) && of(path, null, Boot.uuid(Boot.id())).key() != null;
  }

  /**
   * @param wanted expected key; null for any
   * @throws LaterVersionException if it is a log of a later version
   */
  static LogCheck of(Path path, Integer wanted, UUID boot) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(LogFormat.HEADER_BYTES);
      while (header.hasRemaining() && file.read(header) >= 0) {
        // A read may return fewer bytes than requested.
      }
      header.flip();
      String later = LogFormat.laterMagic(header);
      if (later != null) {
        throw new LaterVersionException(path, "the format " + later);
      }
      return of(file, header, wanted, boot);
    }
  }

  private static LogCheck of(FileChannel file, ByteBuffer header, Integer wanted, UUID boot)
      throws IOException {
    long length = file.size();
    if (length == 0) {
      return unreadable(wanted, length, "it is empty");
    }
    if (length < LogFormat.HEADER_BYTES) {
      return unreadable(wanted, length, "it was cut to " + length + " bytes");
    }
    boolean sound = LogFormat.isHeaderSound(header);
    LogMark mark = LogMark.of(header.duplicate().position(LogFormat.MARK_OFFSET));
    Integer key = key(file, header, sound, mark);
    if (key == null) {
      return unreadable(wanted, length, "it does not begin as a log of directord does");
    }
    if (wanted != null && !wanted.equals(key)) {
      return unreadable(wanted, length, "it is the log of something else");
    }
    LogReader reader = new LogReader(file, key);
    long end = LogFormat.HEADER_BYTES;
    long seq = 0;
    for (LogRecord next = reader.at(end); next != null && next.seq() > seq; next = reader.at(end)) {
      end = next.end();
      seq = next.seq();
    }
    String damage =
        !sound || mark == null
            ? "its first " + LogFormat.HEADER_BYTES + " bytes are damaged"
            : damage(end, length, mark.floor(boot));
    return new LogCheck(
        key, mark, end, mark == null ? seq : Math.max(seq, mark.last()), length, damage);
  }

  private static String damage(long end, long length, long floor) {
    if (end >= floor) {
      return null;
    }
    return end == length
        ? "it was cut to " + length + " bytes, and had " + floor
        : "it is damaged at byte " + end + " of " + length;
  }

  /** The log is unusable, and is replaced by one with the wanted key. */
  private static LogCheck unreadable(Integer wanted, long length, String damage) {
    return new LogCheck(wanted, null, 0, 0, length, damage);
  }

  /** In the header, in the mark, and at the beginning of every record. */
  private static Integer key(FileChannel file, ByteBuffer header, boolean sound, LogMark mark)
      throws IOException {
    if (sound) {
      return header.getInt(LogFormat.KEY_OFFSET);
    }
    if (mark != null) {
      return header.getInt(LogFormat.MARK_OFFSET);
    }
    ByteBuffer first = ByteBuffer.allocate(Integer.BYTES);
    file.read(first, LogFormat.HEADER_BYTES);
    int key = first.getInt(0);
    return new LogReader(file, key).at(LogFormat.HEADER_BYTES) == null ? null : key;
  }
}
