package io.directord.common.wire;

import java.util.Optional;

/**
 * Validates names of nodes. They appear in logs, in tables and between commas in targets, and
 * scripts may use them as names of files.
 */
public final class Identities {
  /** The limit of ZeroMQ's own identities. */
  static final int MAX_LENGTH = 255;

  private static final String MARKS = ".-_:@+";

  private static final String RULE =
      "a name is made of letters and digits, and after the first of them of . - _ : @ +";

  private Identities() {}

  /** What is wrong with a name, to continue a sentence; empty if it is valid. */
  public static Optional<String> error(String identity) {
    if (identity.isBlank()) {
      return Optional.of("is empty");
    }
    if (identity.length() > MAX_LENGTH) {
      return Optional.of(
          "has " + identity.length() + " characters, and at most " + MAX_LENGTH + " are possible");
    }
    if (identity.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("has control characters");
    }
    if (identity.indexOf(',') >= 0) {
      return Optional.of("has a comma, which stands between the names of targets");
    }
    if (identity.chars().anyMatch(Identities::isSpace)) {
      return Optional.of("has whitespace");
    }
    return identity
        .codePoints()
        .filter(c -> !Character.isLetterOrDigit(c) && MARKS.indexOf(c) < 0)
        .mapToObj(c -> "has " + shown(c) + ", and " + RULE)
        .findFirst()
        .or(
            () ->
                Character.isLetterOrDigit(identity.codePointAt(0)) || identity.charAt(0) == '_'
                    ? Optional.empty()
                    : Optional.of("begins with " + identity.charAt(0) + ", and " + RULE));
  }

  /** Invisible and control characters are shown by number. */
  private static String shown(int c) {
    return c > ' ' && c < 0x7f ? Character.toString(c) : String.format("U+%04X", c);
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
