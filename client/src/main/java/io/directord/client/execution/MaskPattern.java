package io.directord.client.execution;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a secret looks like in some form. Immutable. */
interface MaskPattern {
  /** It is not here. */
  int NONE = -1;

  /** It is here as far as there are bytes. */
  int OPEN = -2;

  /** In bytes, line breaks not counted. */
  int length();

  /** Whether it may begin with that byte. */
  boolean begins(byte first);

  /** Where it ends if it begins at a place; or {@link #NONE}, or {@link #OPEN}. */
  int end(byte[] bytes, int at, int length);

  /** A text as it is. */
  static MaskPattern of(String text) {
    return new Exact(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes as they are. */
  final class Exact implements MaskPattern {
    private final byte[] pattern;

    private Exact(byte[] pattern) {
      this.pattern = pattern;
    }

    @Override
    public int length() {
      return pattern.length;
    }

    @Override
    public boolean begins(byte first) {
      return pattern[0] == first;
    }

    @Override
    public int end(byte[] bytes, int at, int length) {
      int end = Math.min(length, at + pattern.length);
      if (!Arrays.equals(bytes, at, end, pattern, 0, end - at)) {
        return NONE;
      }
      return end - at < pattern.length ? OPEN : end;
    }
  }
}
