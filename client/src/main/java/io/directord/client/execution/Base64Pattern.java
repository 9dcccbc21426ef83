package io.directord.client.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What base64 makes of some bytes, in either alphabet, wherever they begin and end in what is
 * encoded, and wherever lines are broken. Of the first and the last character some bits may be of
 * what stands before or behind. Immutable.
 */
final class Base64Pattern implements MaskPattern {
  private static final int BYTES = 3;
  private static final int ALL_BITS = 0x3f;
  private static final byte PAD = 64;
  private static final byte OTHER = -1;

  /** As many bytes as the shortest secret has: fewer may be anything. */
  private static final int MIN_BYTES = 4;

  /** Characters before the first line break at least, or every other line would look like it. */
  private static final int MIN_CHARACTERS = 3;

  /** By character; {@link #OTHER} for what is none of either alphabet. */
  private static final byte[] SEXTETS = sextets();

  /** From 0 to 63, or {@link #PAD}. */
  private final byte[] sextets;

  /** Which bits of the first one are known. */
  private final int firstBits;

  /** Where the last one is that is not {@link #PAD}. */
  private final int last;

  private final int lastBits;

  private Base64Pattern(byte[] sextets, int firstBits, int last, int lastBits) {
    this.sextets = sextets;
    this.firstBits = firstBits;
    this.last = last;
    this.lastBits = lastBits;
  }

  private static byte[] sextets() {
    byte[] sextets = new byte[256];
    Arrays.fill(sextets, OTHER);
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (byte i = 0; i < letters.length(); i++) {
      sextets[letters.charAt(i)] = i;
    }
    sextets['+'] = sextets['-'] = 62;
    sextets['/'] = sextets['_'] = 63;
    sextets['='] = PAD;
    return sextets;
  }

  /** The patterns of some bytes. */
  static List<Base64Pattern> of(byte[] bytes) {
    List<Base64Pattern> patterns = new ArrayList<>();
    for (int before = 0; before < BYTES; before++) {
      add(bytes, before, patterns);
    }
    return patterns;
  }

  private static void add(byte[] bytes, int before, List<Base64Pattern> patterns) {
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    byte[] encoded = Base64.getEncoder().encode(shifted);
    byte[] sextets = new byte[encoded.length - before];
    for (int i = 0; i < sextets.length; i++) {
      sextets[i] = SEXTETS[encoded[before + i]];
    }
    // Where a line is broken before there are MIN_CHARACTERS, the first ones stand alone.
    int most = bytes.length > MIN_BYTES ? MIN_CHARACTERS - 1 : 0;
    for (int skipped = 0; skipped <= most; skipped++) {
      int firstBits = skipped == 0 ? ALL_BITS >> 2 * before : ALL_BITS;
      add(
          Arrays.copyOfRange(sextets, skipped, sextets.length),
          firstBits,
          shifted.length,
          patterns);
    }
  }

  /**
   * @param encoded number of the bytes that were encoded
   */
  private static void add(
      byte[] sextets, int firstBits, int encoded, List<Base64Pattern> patterns) {
    int rest = encoded % BYTES;
    int last = sextets.length - 1 - (rest == 0 ? 0 : BYTES - rest);
    patterns.add(new Base64Pattern(sextets, firstBits, last, ALL_BITS));
    if (rest != 0) {
      // Without padding, other bits may follow.
      byte[] open = Arrays.copyOf(sextets, last + 1);
      int lastBits = ALL_BITS & ALL_BITS << 2 * (BYTES - rest);
      patterns.add(new Base64Pattern(open, firstBits, last, lastBits));
    }
  }

  @Override
  public int length() {
    return sextets.length;
  }

  @Override
  public boolean begins(byte first) {
    return matches(0, first);
  }

  private boolean matches(int i, byte character) {
    int bits = (i == 0 ? firstBits : ALL_BITS) & (i == last ? lastBits : ALL_BITS);
    byte sextet = SEXTETS[character & 0xff];
    return sextet == PAD || sextet == OTHER || sextets[i] == PAD
        ? sextet == sextets[i]
        : ((sextet ^ sextets[i]) & bits) == 0;
  }

  @Override
  public int end(byte[] bytes, int from, int length) {
    int at = from;
    for (int i = 0; i < sextets.length; i++) {
      if (i >= MIN_CHARACTERS) {
        at += at < length && bytes[at] == '\r' ? 1 : 0;
        at += at < length && bytes[at] == '\n' ? 1 : 0;
      }
      if (at == length) {
        return OPEN;
      }
      if (!matches(i, bytes[at])) {
        return NONE;
      }
      at++;
    }
    return at;
  }
}
