package io.directord.common.storage;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The extent of a log, so that missing or damaged records at its end are distinguished from those
 * that a crash left incomplete. It is in the header, whose block is synced with the records.
 *
 * @param synced length of the file at the last sync, which survives any crash
 * @param written length of the file; only a crash of the machine can lose bytes beyond {@code
 *     synced}
 * @param first number of the first record in the file, or of the next one if there is none
 * @param last number of the last record that was written
 * @param boot of the machine at that time
 */
record LogMark(long synced, long written, long first, long last, UUID boot) {
  private static final int FIELDS_BYTES = Integer.BYTES + 4 * Long.BYTES + 2 * Long.BYTES;

  /** Key, the four numbers, the boot, and a checksum of all these. */
  static final int BYTES = FIELDS_BYTES + Integer.BYTES;

  /** Of a log without records. */
  static LogMark empty(long next, UUID boot) {
    return new LogMark(LogFormat.HEADER_BYTES, LogFormat.HEADER_BYTES, next, next - 1, boot);
  }

  byte[] toBytes(int key) {
    ByteBuffer out = ByteBuffer.allocate(BYTES).putInt(key);
    out.putLong(synced).putLong(written).putLong(first).putLong(last);
    out.putLong(boot.getMostSignificantBits()).putLong(boot.getLeastSignificantBits());
    return out.putInt(LogFormat.checksum(out.array(), 0, FIELDS_BYTES)).array();
  }

  /** Decodes a mark; null if there is none at the buffer's position. */
  static LogMark of(ByteBuffer in) {
    byte[] bytes = new byte[BYTES];
    in.get(in.position(), bytes);
    ByteBuffer fields = ByteBuffer.wrap(bytes);
    if (fields.getInt(FIELDS_BYTES) != LogFormat.checksum(bytes, 0, FIELDS_BYTES)) {
      return null;
    }
    fields.position(Integer.BYTES);
    return new LogMark(
        fields.getLong(),
        fields.getLong(),
        fields.getLong(),
        fields.getLong(),
        new UUID(fields.getLong(), fields.getLong()));
  }

  /**
   * The length up to which the file must be complete, given whether the machine has been up since.
   */
  long floor(UUID bootNow) {
    return boot.equals(bootNow) ? written : synced;
  }

  /** Number of written records. */
  long records() {
    return last - first + 1;
  }
}
