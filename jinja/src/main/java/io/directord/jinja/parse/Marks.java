package io.directord.jinja.parse;

/** Finds template delimiters in a text. Loads no class of the engine. */
public final class Marks {
  private Marks() {}

  /** Whether the text has a delimiter. */
  public static boolean areIn(String text) {
    return next(text, 0) < text.length();
  }

  /** The index of the next delimiter, or the end of the text. */
  public static int next(String text, int from) {
    int brace = text.indexOf('{', from);
    while (brace >= 0 && brace + 1 < text.length()) {
      if ("{%#".indexOf(text.charAt(brace + 1)) >= 0) {
        return brace;
      }
      brace = text.indexOf('{', brace + 1);
    }
    return text.length();
  }

  /** The text with the line ends that Jinja2 gives all templates. */
  public static String lineFeeds(String text) {
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }
}
