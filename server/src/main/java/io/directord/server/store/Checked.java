package io.directord.server.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Values with a checksum over value, key and table, since the file of the tables has none: {@link
 * #VERSION}, CRC-32C, value. Values of earlier versions have no checksum, and are accepted.
 */
final class Checked {
  /** Distinct, by more than one bit, from the first byte of values of earlier versions. */
  private static final byte VERSION = 0x01;

  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  /** The value of a job's id in an earlier version. */
  private static final int EARLIER_NUMBER_BYTES = Long.BYTES;

  private Checked() {}

  static byte[] wrap(byte table, Object key, byte[] value) {
    return ByteBuffer.allocate(HEADER_BYTES + value.length)
        .put(VERSION)
        .putInt(checksum(table, key, value, 0))
        .put(value)
        .array();
  }

  /** The value; null if it or its key is damaged. */
  static byte[] unwrap(byte table, Object key, byte[] wrapped) {
    if (isEarlier(wrapped)) {
      return wrapped;
    }
    if (wrapped.length < HEADER_BYTES
        || wrapped[0] != VERSION
        || ByteBuffer.wrap(wrapped).getInt(1) != checksum(table, key, wrapped, HEADER_BYTES)) {
      return null;
    }
    return Arrays.copyOfRange(wrapped, HEADER_BYTES, wrapped.length);
  }

  /** Of an entry as it is in the table. */
  static long sum(byte table, Object key, byte[] wrapped) {
    return Integer.toUnsignedLong(checksum(table, key, wrapped, 0));
  }

  private static boolean isEarlier(byte[] value) {
    return value.length == 0
        || value[0] == '{'
        || value.length == EARLIER_NUMBER_BYTES && value[0] == 0;
  }

  private static int checksum(byte table, Object key, byte[] bytes, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(table);
    if (key instanceof Long number) {
      crc.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    } else {
      crc.update(((String) key).getBytes(StandardCharsets.UTF_8));
    }
    crc.update(bytes, offset, bytes.length - offset);
    return (int) crc.getValue();
  }
}
