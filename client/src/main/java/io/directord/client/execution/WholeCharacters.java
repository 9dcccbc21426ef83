package io.directord.client.execution;

import java.util.Arrays;

/**
 * Splits a stream of bytes between characters of UTF-8: the beginning of a character waits for its
 * rest. Bytes that are not UTF-8 pass unchanged. Not thread-safe.
 */
final class WholeCharacters {
  private static final byte[] NONE = {};
  private static final int LONGEST = 4;

  private byte[] waiting = NONE;

  /** The bytes that can be passed on, which end between characters. */
  byte[] add(byte[] bytes, int length) {
    byte[] all = Arrays.copyOf(waiting, waiting.length + length);
    System.arraycopy(bytes, 0, all, waiting.length, length);
    int end = all.length - begun(all);
    waiting = end == all.length ? NONE : Arrays.copyOfRange(all, end, all.length);
    return end == all.length ? all : Arrays.copyOf(all, end);
  }

  /** The remaining bytes, at the end of the stream. */
  byte[] rest() {
    byte[] rest = waiting;
    waiting = NONE;
    return rest;
  }

  /** Number of bytes at the end that begin a character. */
  private static int begun(byte[] bytes) {
    for (int back = 1; back < LONGEST && back <= bytes.length; back++) {
      int value = bytes[bytes.length - back] & 0xff;
      boolean continues = value >> 6 == 0b10;
      if (!continues) {
        return back < lengthFrom(value) ? back : 0;
      }
    }
    return 0;
  }

  private static int lengthFrom(int first) {
    return first >= 0xf8 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  }
}
