package io.directord.common.fetch;

import io.directord.common.security.Digests;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Reads an archive, of which nothing is believed: lengths are bounded, a file has no more bytes
 * than were announced, and its content has the fingerprint that was sent with it. Paths are passed
 * on as they are; {@link FetchedFiles} checks them.
 */
final class ArchiveReader {
  private final DataInputStream in;
  private final byte[] data = new byte[ArchiveFormat.MAX_DATA];
  private final MessageDigest digest = Digests.sha256();

  /** Takes the files of an archive, in order. */
  interface Taker {

    /** A file begins. */
    void begin(byte[] path, int mode, long size) throws IOException;

    void data(byte[] bytes, int length) throws IOException;

    /**
     * The file is whole.
     *
     * @param note that it changed while it was read, for people; or empty
     */
    void end(String note) throws IOException;

    /**
     * The node could not read the file to its end.
     *
     * @param why for people
     */
    void abandon(String why) throws IOException;
  }

  ArchiveReader(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /**
   * Reads all of it.
   *
   * @throws IOException saying what is wrong with it
   */
  void read(Taker taker) throws IOException {
    for (byte type = in.readByte(); type != ArchiveFormat.END; type = in.readByte()) {
      if (type != ArchiveFormat.HEAD) {
        throw invalid("a file was expected");
      }
      file(text(length(ArchiveFormat.MAX_TEXT)), taker);
    }
    if (in.readInt() != 0 || in.read() >= 0) {
      throw invalid("something is behind its end");
    }
  }

  private void file(byte[] bytes, Taker taker) throws IOException {
    if (bytes.length <= ArchiveFormat.HEAD_BYTES) {
      throw invalid("a file has no path");
    }
    ByteBuffer head = ByteBuffer.wrap(bytes);
    int mode = head.getInt();
    long left = head.getLong();
    byte[] path = Arrays.copyOfRange(bytes, head.position(), bytes.length);
    taker.begin(path, mode, left);
    digest.reset();
    byte type = in.readByte();
    while (type == ArchiveFormat.DATA) {
      int length = length(ArchiveFormat.MAX_DATA);
      left -= length;
      if (left < 0) {
        throw invalid("a file has more bytes than were announced");
      }
      in.readFully(data, 0, length);
      digest.update(data, 0, length);
      taker.data(data, length);
      type = in.readByte();
    }
    if (type == ArchiveFormat.ABANDONED) {
      taker.abandon(new String(text(length(ArchiveFormat.MAX_TEXT)), StandardCharsets.UTF_8));
      return;
    }
    if (type != ArchiveFormat.FILE_END) {
      throw invalid("the end of a file was expected");
    }
    byte[] end = text(length(ArchiveFormat.MAX_TEXT));
    if (end.length < ArchiveFormat.DIGEST_BYTES
        || !Arrays.equals(
            digest.digest(), 0, ArchiveFormat.DIGEST_BYTES, end, 0, ArchiveFormat.DIGEST_BYTES)) {
      throw invalid("a file does not have the fingerprint that was sent with it");
    }
    taker.end(
        new String(
            end,
            ArchiveFormat.DIGEST_BYTES,
            end.length - ArchiveFormat.DIGEST_BYTES,
            StandardCharsets.UTF_8));
  }

  private int length(int max) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > max) {
      throw invalid("a part of it is too long");
    }
    return length;
  }

  private byte[] text(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("what the node sent is cut short");
    }
    return bytes;
  }

  private static IOException invalid(String why) {
    return new IOException("what the node sent is not valid: " + why);
  }
}
