package io.directord.client.execution;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Replaces secrets in bytes by {@code ***}: a value as it is, each of its longer lines, and what is
 * made of it by JSON, Python, shells, URLs and HTML, and by base64 whatever stands before and
 * behind it, also over several lines. Immutable.
 */
final class Mask {
  static final Mask NONE = new Mask(Set.of());

  private static final byte[] STARS = "***".getBytes(StandardCharsets.US_ASCII);

  /** A shorter line of a secret may be anything. */
  private static final int MIN_LINE = 8;

  /** By the byte with which they begin, the longest first; null where none does. */
  private final MaskPattern[][] patterns = new MaskPattern[256][];

  private final boolean isEmpty;

  private Mask(Set<String> secrets) {
    isEmpty = secrets.isEmpty();
    List<MaskPattern> all = new ArrayList<>();
    for (String secret : secrets) {
      all.add(EscapedPattern.of(secret));
      // As a shell quotes it.
      all.add(MaskPattern.of(secret.replace("'", "'\\''")));
      all.add(MaskPattern.of(secret.replaceAll("'+", "'\"$0\"'")));
    }
    secrets.forEach(
        secret -> all.addAll(Base64Pattern.of(secret.getBytes(StandardCharsets.UTF_8))));
    all.sort(Comparator.comparingInt(MaskPattern::length).reversed());
    for (int first = 0; first < patterns.length; first++) {
      byte begin = (byte) first;
      MaskPattern[] some =
          all.stream().filter(one -> one.begins(begin)).toArray(MaskPattern[]::new);
      patterns[first] = some.length == 0 ? null : some;
    }
  }

  /** A mask of these values. */
  static Mask of(Collection<String> values) {
    Set<String> secrets = new LinkedHashSet<>();
    for (String value : values) {
      secrets.add(value);
      value
          .lines()
          .map(String::strip)
          .filter(line -> line.length() >= MIN_LINE)
          .forEach(secrets::add);
    }
    return secrets.isEmpty() ? NONE : new Mask(secrets);
  }

  boolean isEmpty() {
    return isEmpty;
  }

  /** A text without secrets; null for null. */
  String hide(String text) {
    if (isEmpty() || text == null) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Result result = hide(bytes, bytes.length, true);
    return result.hasHidden ? new String(result.shown, StandardCharsets.UTF_8) : text;
  }

  /**
   * Bytes without secrets.
   *
   * @param shown what may be told
   * @param held the beginning of what may become a secret, to be put before what follows
   * @param hasHidden whether a secret was replaced
   */
  record Result(byte[] shown, byte[] held, boolean hasHidden) {}

  /**
   * @param isLast whether nothing follows, so that nothing is held
   */
  Result hide(byte[] bytes, int length, boolean isLast) {
    Output out = new Output(length);
    boolean hasHidden = false;
    int at = 0;
    while (at < length) {
      int end = end(bytes, at, length, isLast);
      if (end == MaskPattern.OPEN) {
        return new Result(out.bytes(), Arrays.copyOfRange(bytes, at, length), hasHidden);
      }
      if (end == MaskPattern.NONE) {
        out.add(bytes[at]);
        at++;
      } else {
        out.stars();
        hasHidden = true;
        at = end;
      }
    }
    return new Result(out.bytes(), new byte[0], hasHidden);
  }

  /** Of the longest pattern that is here, or may be when more follows. */
  private int end(byte[] bytes, int at, int length, boolean isLast) {
    MaskPattern[] some = patterns[bytes[at] & 0xff];
    if (some != null) {
      for (MaskPattern pattern : some) {
        int end = pattern.end(bytes, at, length);
        if (end != MaskPattern.NONE && !(end == MaskPattern.OPEN && isLast)) {
          return end;
        }
      }
    }
    return MaskPattern.NONE;
  }

  private static final class Output {
    private byte[] bytes;
    private int length;

    Output(int expected) {
      bytes = new byte[expected + STARS.length];
    }

    void add(byte b) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * length);
      }
      bytes[length] = b;
      length++;
    }

    void stars() {
      for (byte star : STARS) {
        add(star);
      }
    }

    byte[] bytes() {
      return Arrays.copyOf(bytes, length);
    }
  }
}
