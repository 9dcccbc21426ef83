package io.directord.client.journal;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a log from its beginning, and tells a torn end from damage elsewhere. */
final class LogScan {
  private static final Logger LOG = System.getLogger(LogScan.class.getName());

  private LogScan() {}

  /**
   * @return where the next record goes
   */
  static long scan(RandomAccessFile file, Path path, RecordLog.Reader reader) throws IOException {
    long length = file.length();
    if (length < RecordLog.MAGIC.length) {
      file.setLength(0);
      file.write(RecordLog.MAGIC);
      return RecordLog.MAGIC.length;
    }
    file.seek(0);
    // Not closed: it would close the file.
    DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(Channels.newInputStream(file.getChannel()), 1 << 16));
    requireMagic(in, path);
    long good = readRecords(in, reader);
    if (good < length) {
      cutTornEnd(file, path, good, length);
    }
    return good;
  }

  /** As long as they are sound; the log may be being written to. */
  static void peek(InputStream file, Path path, RecordLog.Reader reader) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(file, 1 << 16));
    requireMagic(in, path);
    readRecords(in, reader);
  }

  private static void requireMagic(DataInputStream in, Path path) throws IOException {
    if (!RecordLog.isMagic(in.readNBytes(RecordLog.MAGIC.length))) {
      throw new DamagedLogException(path + " does not begin as a log of directord does");
    }
  }

  private static long readRecords(DataInputStream in, RecordLog.Reader reader) throws IOException {
    long position = RecordLog.MAGIC.length;
    try {
      while (true) {
        int size = in.readInt();
        int checksum = in.readInt();
        byte type = in.readByte();
        if (size < 0 || size > RecordLog.MAX_RECORD_BYTES) {
          return position;
        }
        byte[] payload = in.readNBytes(size);
        if (payload.length < size || RecordLog.checksum(type, payload) != checksum) {
          return position;
        }
        reader.record(type, payload, position);
        position += RecordLog.HEADER_BYTES + size;
      }
    } catch (EOFException e) {
      return position;
    }
  }

  /** A crash can only tear the end; a sound record behind the damage means something else. */
  private static void cutTornEnd(RandomAccessFile file, Path path, long good, long length)
      throws IOException {
    int rest = (int) Math.min(length - good, RecordLog.MAX_RECORD_BYTES);
    byte[] tail = new byte[rest];
    file.seek(good);
    file.readFully(tail);
    if (nextRecord(ByteBuffer.wrap(tail), 1) >= 0) {
      throw new DamagedLogException(path + " is damaged at byte " + good);
    }
    LOG.log(
        Level.WARNING, "{0}: cut off {1} bytes that a crash left unfinished", path, length - good);
    file.setLength(good);
  }

  /** Gives every sound record of a damaged log to the reader; positions are of no use then. */
  static void salvage(Path path, RecordLog.Reader reader) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
    int at = nextRecord(bytes, 0);
    while (at >= 0) {
      byte[] payload = new byte[bytes.getInt(at)];
      bytes.get(at + RecordLog.HEADER_BYTES, payload);
      reader.record(bytes.get(at + RecordLog.TYPE_OFFSET), payload, at);
      at = nextRecord(bytes, at + RecordLog.HEADER_BYTES + payload.length);
    }
  }

  /** Where the next sound record that is not empty begins, or -1. */
  private static int nextRecord(ByteBuffer bytes, int from) {
    for (int at = from; at + RecordLog.HEADER_BYTES <= bytes.limit(); at++) {
      int size = bytes.getInt(at);
      // Empty records are not looked for: nine bytes prove little.
      if (size > 0 && size <= bytes.limit() - at - RecordLog.HEADER_BYTES) {
        byte[] payload = new byte[size];
        bytes.get(at + RecordLog.HEADER_BYTES, payload);
        int checksum = RecordLog.checksum(bytes.get(at + RecordLog.TYPE_OFFSET), payload);
        if (checksum == bytes.getInt(at + RecordLog.CHECKSUM_OFFSET)) {
          return at;
        }
      }
    }
    return -1;
  }
}
