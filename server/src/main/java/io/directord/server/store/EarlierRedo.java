package io.directord.server.store;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** The redo log of an earlier version: records of length, CRC-32C and mutations. */
final class EarlierRedo {
  private static final int HEADER_BYTES = 2 * Integer.BYTES;

  /** Maximum length of a record; a larger one is damage. */
  private static final int MAX_RECORD_BYTES = 1 << 30;

  private EarlierRedo() {}

  /**
   * Passes on all mutations, in order, up to the first damaged record.
   *
   * @return whether the whole file was read
   */
  static boolean read(Path path, Consumer<RedoLog.Mutation> each) throws IOException {
    long end = 0;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16))) {
      for (byte[] record = next(in); record != null; record = next(in)) {
        ByteBuffer mutations = ByteBuffer.wrap(record);
        while (mutations.hasRemaining()) {
          each.accept(RedoLog.read(mutations));
        }
        end += HEADER_BYTES + record.length;
      }
    }
    return end == Files.size(path);
  }

  private static byte[] next(DataInputStream in) throws IOException {
    try {
      int length = in.readInt();
      int checksum = in.readInt();
      if (length <= 0 || length > MAX_RECORD_BYTES) {
        return null;
      }
      byte[] record = in.readNBytes(length);
      CRC32C crc = new CRC32C();
      crc.update(record);
      return record.length == length && (int) crc.getValue() == checksum ? record : null;
    } catch (EOFException e) {
      return null;
    }
  }
}
