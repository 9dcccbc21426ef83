package io.directord.common.validation;

/** What somebody gave, as messages repeat it. */
public final class Quoted {
  private static final int MAX_CHARACTERS = 60;
  private static final String MARK = "...";

  private Quoted() {}

  /** The text in quotes; of a long one the beginning, and how long it is. */
  public static String of(String text) {
    int length = text.codePointCount(0, text.length());
    if (length <= MAX_CHARACTERS) {
      return "'" + text + "'";
    }
    String begin = text.substring(0, text.offsetByCodePoints(0, MAX_CHARACTERS - MARK.length()));
    return "'" + begin + MARK + "' (" + length + " characters)";
  }
}
