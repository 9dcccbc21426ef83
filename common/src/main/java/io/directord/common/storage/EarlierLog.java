package io.directord.common.storage;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * Logs as they were before they had a mark: magic, then records of length, CRC-32, type, payload.
 */
final class EarlierLog {
  private static final byte[] MAGIC = "DRDLOG1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int RECORD_HEADER_BYTES = 9;

  private EarlierLog() {}

  static boolean isOne(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }

  /**
   * Converts an earlier log to the current format; does nothing if the file is something else.
   *
   * @return the damage in it, or null
   */
  static Damage convert(Path path, UUID boot) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16))) {
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        return null;
      }
      Path temporary = RecordLog.temporary(path);
      long end = MAGIC.length;
      long kept;
      try (RecordLog fresh = RecordLog.temporary(temporary, boot, RecordLog.newKey(), 1)) {
        for (long size = copy(in, fresh); size > 0; size = copy(in, fresh)) {
          end += size;
        }
        fresh.force();
        kept = fresh.lastSeq();
      }
      long length = Files.size(path);
      Damage damage = null;
      if (end < length) {
        Path aside = DurableFiles.keepAside(path, Instant.now());
        String what = "it is damaged at byte " + end + " of " + length;
        damage = new Damage(path, what, aside, kept, Damage.UNKNOWN);
      }
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      DurableFiles.syncDirectory(path.toAbsolutePath().getParent());
      return damage;
    }
  }

  /** Length of the next record; 0 if it is damaged. */
  private static long copy(DataInputStream in, RecordLog fresh) throws IOException {
    try {
      int size = in.readInt();
      int checksum = in.readInt();
      byte type = in.readByte();
      if (size < 0 || size > LogFormat.MAX_PAYLOAD_BYTES) {
        return 0;
      }
      byte[] payload = in.readNBytes(size);
      CRC32 crc = new CRC32();
      crc.update(type);
      crc.update(payload);
      if (payload.length < size || (int) crc.getValue() != checksum) {
        return 0;
      }
      fresh.appendAll(type, List.of(payload));
      return RECORD_HEADER_BYTES + size;
    } catch (EOFException e) {
      return 0;
    }
  }
}
