package io.directord.common.fetch;

import io.directord.common.security.Digests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Parses an archive as it comes, of which nothing is believed: lengths are bounded, a file has no
 * more bytes than were announced, and its content has the fingerprint that was sent with it. Not
 * thread-safe; useless after it has thrown.
 */
final class ArchiveParser {
  private final Taker taker;
  private final ByteBuffer head = ByteBuffer.allocate(ArchiveFormat.PART_BYTES);
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final byte[] data = new byte[ArchiveFormat.MAX_DATA];
  private final MessageDigest digest = Digests.sha256();
  private boolean inFile;

  /** How many bytes the file may still have. */
  private long unsent;

  /** How many bytes of the part are to come. */
  private int left;

  private boolean ended;

  /** Takes the files of an archive, in order. */
  interface Taker {

    /** A file begins. */
    void begin(byte[] path, int mode, long size) throws IOException;

    /** Some of its content; the bytes are valid only during the call. */
    void data(byte[] bytes, int length) throws IOException;

    /**
     * The file is whole.
     *
     * @param sha256 of its content
     * @param note that it changed while it was read, for people; or empty
     */
    void end(byte[] sha256, String note) throws IOException;

    /**
     * The node could not read the file to its end.
     *
     * @param why for people
     */
    void abandon(String why) throws IOException;

    /** The file does not have the fingerprint that the node sent with it. */
    void damaged() throws IOException;
  }

  ArchiveParser(Taker taker) {
    this.taker = taker;
  }

  /** Whether the archive has come to its end. */
  boolean isEnded() {
    return ended;
  }

  /**
   * Takes all bytes of the buffer, which are the next ones.
   *
   * @throws InvalidArchiveException saying what is wrong with them
   * @throws IOException from the taker
   */
  void take(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (ended) {
        throw invalid("something is behind its end");
      }
      if (head.hasRemaining()) {
        while (head.hasRemaining() && bytes.hasRemaining()) {
          head.put(bytes.get());
        }
        if (!head.hasRemaining()) {
          beginPart();
        }
      } else {
        takePart(bytes);
      }
    }
  }

  private void beginPart() throws IOException {
    byte type = head.get(0);
    left = head.getInt(1);
    if (inFile && !isInFile(type)) {
      throw invalid("the end of a file was expected");
    }
    if (!inFile && type != ArchiveFormat.HEAD && type != ArchiveFormat.END) {
      throw invalid("a file was expected");
    }
    if (type == ArchiveFormat.END && left != 0) {
      throw invalid("something is behind its end");
    }
    int max = type == ArchiveFormat.DATA ? ArchiveFormat.MAX_DATA : ArchiveFormat.MAX_TEXT;
    if (left < 0 || left > max) {
      throw invalid("a part of it is too long");
    }
    if (type == ArchiveFormat.DATA) {
      unsent -= left;
      if (unsent < 0) {
        throw invalid("a file has more bytes than were announced");
      }
    }
    endPart();
  }

  private static boolean isInFile(byte type) {
    return type == ArchiveFormat.DATA
        || type == ArchiveFormat.FILE_END
        || type == ArchiveFormat.ABANDONED;
  }

  private void takePart(ByteBuffer bytes) throws IOException {
    int length = Math.min(left, bytes.remaining());
    bytes.get(data, 0, length);
    left -= length;
    if (head.get(0) == ArchiveFormat.DATA) {
      digest.update(data, 0, length);
      taker.data(data, length);
    } else {
      text.write(data, 0, length);
    }
    endPart();
  }

  /** Goes on to the next part, if this one is whole. */
  private void endPart() throws IOException {
    if (left > 0) {
      return;
    }
    byte type = head.get(0);
    head.clear();
    byte[] said = text.toByteArray();
    text.reset();
    if (type == ArchiveFormat.HEAD) {
      begin(said);
    } else if (type == ArchiveFormat.FILE_END) {
      end(said);
    } else if (type == ArchiveFormat.ABANDONED) {
      inFile = false;
      taker.abandon(new String(said, StandardCharsets.UTF_8));
    } else if (type == ArchiveFormat.END) {
      ended = true;
    }
  }

  private void begin(byte[] said) throws IOException {
    if (said.length <= ArchiveFormat.HEAD_BYTES) {
      throw invalid("a file has no path");
    }
    ByteBuffer fields = ByteBuffer.wrap(said);
    int mode = fields.getInt();
    unsent = fields.getLong();
    inFile = true;
    digest.reset();
    taker.begin(Arrays.copyOfRange(said, fields.position(), said.length), mode, unsent);
  }

  private void end(byte[] said) throws IOException {
    int length = ArchiveFormat.DIGEST_BYTES;
    if (said.length < length) {
      throw invalid("a file has no fingerprint");
    }
    inFile = false;
    if (!Arrays.equals(digest.digest(), 0, length, said, 0, length)) {
      taker.damaged();
      return;
    }
    taker.end(
        Arrays.copyOf(said, length),
        new String(said, length, said.length - length, StandardCharsets.UTF_8));
  }

  private static InvalidArchiveException invalid(String why) {
    return new InvalidArchiveException("not valid: " + why);
  }
}
