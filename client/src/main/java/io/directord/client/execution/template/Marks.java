package io.directord.client.execution.template;

/** Where templates begin in a text. Loads no class of the engine. */
final class Marks {
  private Marks() {}

  /** Whether a mark begins anywhere. */
  static boolean areIn(String text) {
    return next(text, 0) < text.length();
  }

  /** Where the next mark begins, or the end of the text. */
  static int next(String text, int from) {
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
  static String lineFeeds(String text) {
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }
}
