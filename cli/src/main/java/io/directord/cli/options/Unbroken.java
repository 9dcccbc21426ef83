package io.directord.cli.options;

import java.util.regex.Pattern;

/**
 * Keeps picocli from breaking a line within a word, as it does behind the marks of names of files,
 * options and URLs, which nobody could copy then. Until it has laid out a text, letters of private
 * use stand for these marks.
 */
public final class Unbroken {
  private static final Pattern MARK = Pattern.compile("(?<=\\S)[.:/@-](?=\\S)");
  private static final Pattern LETTER = Pattern.compile("[\ue000-\ue07f]");
  private static final char FIRST = '\ue000';

  private Unbroken() {}

  static String letters(String text) {
    return MARK.matcher(text)
        .replaceAll(found -> Character.toString(FIRST + found.group().charAt(0)));
  }

  /** A text of picocli's as it is shown. */
  public static String marks(String text) {
    return LETTER
        .matcher(text)
        .replaceAll(found -> Character.toString(found.group().charAt(0) - FIRST));
  }
}
