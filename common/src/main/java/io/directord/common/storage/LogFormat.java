package io.directord.common.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The format of a log on the disk; all numbers are big-endian.
 *
 * <pre>
 *  0  magic "DRDLOG2\n"
 *  8  key: random, made with the log
 * 12  CRC-32C of bytes 0 to 11
 * 16  the mark, see {@link LogMark}
 * 72  records: key, length of the payload, CRC-32C, number (8 bytes), type (1 byte), payload
 * </pre>
 *
 * <p>The digit in the magic is the version of this layout. A later one has another digit, and keeps
 * bytes 0 to 15 as they are here, so that this version knows that it is no damage. What a record
 * has under its type never changes its form: a change is another type, which earlier versions
 * refuse.
 *
 * <p>A record's checksum covers its number, type and payload; the key at its beginning allows to
 * find records after a damaged one. Authors of payloads do not know the key, so no part of a
 * payload can pass for a record.
 */
final class LogFormat {
  private static final String NAME = "DRDLOG";
  static final byte[] MAGIC = (NAME + "2\n").getBytes(StandardCharsets.US_ASCII);

  static final int KEY_OFFSET = MAGIC.length;
  private static final int HEADER_CHECKSUM_OFFSET = KEY_OFFSET + Integer.BYTES;
  static final int MARK_OFFSET = HEADER_CHECKSUM_OFFSET + Integer.BYTES;
  static final int HEADER_BYTES = MARK_OFFSET + LogMark.BYTES;

  /** Key, length, checksum, number, type. */
  static final int RECORD_HEADER_BYTES = 3 * Integer.BYTES + Long.BYTES + 1;

  static final int LENGTH_OFFSET = Integer.BYTES;
  private static final int CHECKSUM_OFFSET = 2 * Integer.BYTES;
  private static final int SEQ_OFFSET = 3 * Integer.BYTES;
  private static final int TYPE_OFFSET = RECORD_HEADER_BYTES - 1;

  /** Maximum length of a payload; a larger length is damage. */
  static final int MAX_PAYLOAD_BYTES = 1 << 30;

  private LogFormat() {}

  static byte[] header(int key, LogMark mark) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(key);
    header.putInt(checksum(header.array(), 0, HEADER_CHECKSUM_OFFSET));
    return header.put(mark.toBytes(key)).array();
  }

  /** Whether magic and key are undamaged. */
  static boolean isHeaderSound(ByteBuffer header) {
    return header.limit() >= HEADER_BYTES
        && header.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
        && checksum(header.array(), 0, HEADER_CHECKSUM_OFFSET)
            == header.getInt(HEADER_CHECKSUM_OFFSET);
  }

  /**
   * The magic of a log of a later version; null if it is none.
   *
   * @param header the first bytes of the file, as many as there are
   */
  static String laterMagic(ByteBuffer header) {
    if (header.limit() < MARK_OFFSET
        || checksum(header.array(), 0, HEADER_CHECKSUM_OFFSET)
            != header.getInt(HEADER_CHECKSUM_OFFSET)) {
      return null;
    }
    String magic = new String(header.array(), 0, MAGIC.length, StandardCharsets.US_ASCII);
    boolean isLog = magic.startsWith(NAME) && magic.endsWith("\n");
    return isLog && !header.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
        ? magic.strip()
        : null;
  }

  /** Records with numbers from {@code seq} on, ready to be written. */
  static byte[] records(int key, long seq, byte type, List<byte[]> payloads) {
    int total = payloads.stream().mapToInt(p -> RECORD_HEADER_BYTES + p.length).sum();
    ByteBuffer all = ByteBuffer.allocate(total);
    for (byte[] payload : payloads) {
      int start = all.position();
      all.putInt(key).putInt(payload.length).putInt(0).putLong(seq++).put(type).put(payload);
      all.putInt(start + CHECKSUM_OFFSET, checksumOfRecord(all.array(), start, payload.length));
    }
    return all.array();
  }

  /** Decodes a record; null if it is damaged. */
  static LogRecord record(int key, long position, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int length = bytes.length - RECORD_HEADER_BYTES;
    if (in.getInt(0) != key
        || in.getInt(LENGTH_OFFSET) != length
        || in.getInt(CHECKSUM_OFFSET) != checksumOfRecord(bytes, 0, length)) {
      return null;
    }
    byte[] payload = new byte[length];
    in.get(RECORD_HEADER_BYTES, payload);
    return new LogRecord(in.get(TYPE_OFFSET), payload, position, in.getLong(SEQ_OFFSET));
  }

  private static int checksumOfRecord(byte[] bytes, int start, int payloadLength) {
    return checksum(bytes, start + SEQ_OFFSET, RECORD_HEADER_BYTES - SEQ_OFFSET + payloadLength);
  }

  static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
