package io.directord.common.job;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Captures output of any length in bounded memory: the first and last half of the limit are kept,
 * and a mark says how much was cut between them. Bytes that are not UTF-8 become U+FFFD. Not
 * thread-safe.
 */
public final class Captured {
  /** Limit for each of standard output and standard error of one job on one node. */
  public static final int MAX_BYTES = 1 << 20;

  /** Bytes of the longest character. */
  private static final int UTF8_MAX = 4;

  private final int half;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private byte[] tail;
  private long total;

  public Captured() {
    this(MAX_BYTES);
  }

  Captured(int limit) {
    this.half = limit / 2;
  }

  public void add(byte[] bytes, int offset, int length) {
    int toHead = Math.min(length, half - head.size());
    if (toHead > 0) {
      head.write(bytes, offset, toHead);
    }
    long position = total + toHead;
    for (int i = offset + Math.max(toHead, 0); i < offset + length; ) {
      if (tail == null) {
        tail = new byte[half];
      }
      int at = (int) ((position - half) % half);
      int n = Math.min(offset + length - i, half - at);
      System.arraycopy(bytes, i, tail, at, n);
      i += n;
      position += n;
    }
    total += length;
  }

  /** Bytes added. */
  public long size() {
    return total;
  }

  /** Whether output was cut. */
  public boolean isCut() {
    return total > 2L * half;
  }

  /** Whether the captured bytes are valid UTF-8, so that the text is exact. */
  public boolean isText() {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(joined()));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  public String text() {
    if (tail == null) {
      return head.toString(StandardCharsets.UTF_8);
    }
    long inTail = total - half;
    if (inTail <= half) {
      // Not cut: decodes both halves together, since a character may be split between them.
      return new String(joined(), StandardCharsets.UTF_8);
    }
    int start = (int) (inTail % half);
    byte[] last = new byte[half];
    System.arraycopy(tail, start, last, 0, half - start);
    System.arraycopy(tail, 0, last, half - start, start);
    byte[] first = head.toByteArray();
    int end = endOfWholeCharacters(first);
    int begin = beginOfWholeCharacters(last);
    long missing = inTail - half + (half - end) + begin;
    return new String(first, 0, end, StandardCharsets.UTF_8)
        + "\n[... "
        + missing
        + " bytes cut out by directord ...]\n"
        + new String(last, begin, half - begin, StandardCharsets.UTF_8);
  }

  /** Head and tail together. */
  private byte[] joined() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.toByteArray());
    if (tail != null) {
      all.write(tail, 0, (int) (total - half));
    }
    return all.toByteArray();
  }

  /** The end without the bytes of a split last character. */
  private static int endOfWholeCharacters(byte[] bytes) {
    int lead = bytes.length - 1;
    while (lead > 0 && lead > bytes.length - UTF8_MAX && isContinuation(bytes[lead])) {
      lead--;
    }
    int expected = lead < 0 ? 0 : Integer.numberOfLeadingZeros(~bytes[lead] << 24);
    return expected > bytes.length - lead ? lead : bytes.length;
  }

  /** The start after the bytes of a split first character. */
  private static int beginOfWholeCharacters(byte[] bytes) {
    int begin = 0;
    while (begin < bytes.length && begin < UTF8_MAX - 1 && isContinuation(bytes[begin])) {
      begin++;
    }
    return begin;
  }

  private static boolean isContinuation(byte b) {
    return (b & 0xc0) == 0x80;
  }
}
