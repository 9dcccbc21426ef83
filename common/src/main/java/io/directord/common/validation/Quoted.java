package io.directord.common.validation;

/** What somebody gave, as messages repeat it. */
public final class Quoted {
  private static final int MAX_CHARACTERS = 60;
  private static final String MARK = "...";

  private Quoted() {}

  /** The text in quotes; of a long one the beginning, and how long it is. */
  public static String of(String text) {
    String begin = begin(text);
    return begin.equals(text)
        ? "'" + text + "'"
        : "'" + begin + "' (" + text.codePointCount(0, text.length()) + " characters)";
  }

  /** The text as it is; of a long one the beginning. */
  public static String begin(String text) {
    return begin(text, MAX_CHARACTERS);
  }

  /** Likewise, with no more characters than that. */
  public static String begin(String text, int max) {
    return text.codePointCount(0, text.length()) <= max
        ? text
        : text.substring(0, text.offsetByCodePoints(0, max - MARK.length())) + MARK;
  }
}
