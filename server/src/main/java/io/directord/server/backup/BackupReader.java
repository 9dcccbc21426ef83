package io.directord.server.backup;

import io.directord.common.input.GivenFile;
import io.directord.common.json.Json;
import io.directord.common.security.Digests;
import io.directord.server.content.BoundedInput;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import tools.jackson.core.JacksonException;

/** Reads the file of a backup, see {@link BackupWriter}. */
final class BackupReader {
  /** Far more than a result has. */
  private static final int MAX_RECORD = 256 << 20;

  private static final int SUM_BYTES = 32;

  /** Type, length and sum of the last record. */
  private static final int END_BYTES = 1 + Long.BYTES + SUM_BYTES;

  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;

  BackupReader(Path file) {
    this.file = file;
  }

  /** Takes the records, in order. */
  interface Records {
    void record(RecordType type, byte[] bytes) throws IOException;

    /**
     * @param stored ends with the content; need not be read
     * @param length of it in bytes
     */
    void content(RecordType.ContentHead head, InputStream stored, long length) throws IOException;
  }

  /**
   * Reads all of the file.
   *
   * @throws IOException in words for people, if it is not a whole and undamaged backup
   */
  void requireWhole() throws IOException {
    try (InputStream opened = GivenFile.open(file);
        InputStream in = new BufferedInputStream(opened, BUFFER_BYTES)) {
      requireMagic(in.readNBytes(BackupWriter.MAGIC.length));
    }
    MessageDigest digest = Digests.sha256();
    long length = Files.size(file) - END_BYTES;
    if (length < BackupWriter.MAGIC.length) {
      throw new IOException(file + " is cut short: it is no whole backup");
    }
    try (InputStream in = new BufferedInputStream(GivenFile.open(file), BUFFER_BYTES)) {
      new DigestInputStream(new BoundedInput(in, length), digest)
          .transferTo(OutputStream.nullOutputStream());
      DataInputStream end = new DataInputStream(in);
      boolean isEnd = end.read() == RecordType.END.ordinal() && end.readLong() == SUM_BYTES;
      if (!isEnd || !Arrays.equals(end.readAllBytes(), digest.digest())) {
        throw new IOException(
            file
                + " is damaged, or not whole: its checksum is wrong; use another backup, or copy it"
                + " again");
      }
    }
  }

  /** Passes on all records of a whole backup. */
  void each(Records to) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(GivenFile.open(file), BUFFER_BYTES))) {
      in.readNBytes(BackupWriter.MAGIC.length);
      for (RecordType type = type(in.read()); type != RecordType.END; type = type(in.read())) {
        long length = in.readLong();
        if (type == RecordType.CONTENT) {
          content(in, length, to);
        } else {
          to.record(type, in.readNBytes(size(length)));
        }
      }
    } catch (EOFException | JacksonException | IllegalArgumentException e) {
      throw new IOException(unreadable(), e);
    }
  }

  private void requireMagic(byte[] magic) throws IOException {
    if (Arrays.equals(magic, BackupWriter.MAGIC)) {
      return;
    }
    int version = BackupWriter.MAGIC.length - 2;
    boolean isOther =
        magic.length > version && Arrays.equals(magic, 0, version, BackupWriter.MAGIC, 0, version);
    throw new IOException(
        file
            + (isOther
                ? " is a backup of a later version of directord: restore it with that one"
                : " is not a backup made by 'directord manage --backup'"));
  }

  private RecordType type(int number) throws IOException {
    if (number < 0 || number >= RecordType.values().length) {
      throw new IOException(unreadable());
    }
    return RecordType.values()[number];
  }

  private int size(long length) throws IOException {
    if (length < 0 || length > MAX_RECORD) {
      throw new IOException(unreadable());
    }
    return (int) length;
  }

  private void content(DataInputStream in, long length, Records to) throws IOException {
    byte[] json = in.readNBytes(size(in.readInt()));
    long left = length - Integer.BYTES - json.length;
    if (left < 0) {
      throw new IOException(unreadable());
    }
    InputStream stored = new BoundedInput(in, left);
    to.content(Json.read(json, RecordType.ContentHead.class), stored, left);
    stored.transferTo(OutputStream.nullOutputStream());
  }

  private String unreadable() {
    return file + " has something that cannot be read: it is of another version of directord";
  }
}
