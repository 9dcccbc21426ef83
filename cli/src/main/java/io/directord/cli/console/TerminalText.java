package io.directord.cli.console;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes text of nodes and jobs safe for a terminal. Output comes from commands on nodes, and a
 * terminal obeys the control characters in it: they can change the title, fill the clipboard, or
 * hide text.
 */
public final class TerminalText {
  /** What a terminal obeys, and colours as a whole. */
  private static final Pattern OBEYED =
      Pattern.compile(
          "\\r?\\n|\\t|\u001b\\[[0-9;]*m|[\\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]");

  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final String NO_COLOUR = "\u001b[0m";

  private TerminalText() {}

  /**
   * Whether a terminal obeys a character in place of showing it: control characters, line
   * separators, and those that change the direction of the text that follows.
   */
  public static boolean isObeyed(int c) {
    return Character.isISOControl(c) || c >= 0x2028 && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
  }

  /** Such a character as it is shown. */
  public static String escaped(int c) {
    return String.format(c > 0xff ? "\\u%04x" : "\\x%02x", c);
  }

  /** The text in one line, with all such characters escaped. */
  public static String oneLine(String text) {
    if (text.chars().noneMatch(TerminalText::isObeyed)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append('\t');
                default -> out.append(isObeyed(c) ? escaped(c) : Character.toString(c));
              }
            });
    return out.toString();
  }

  /**
   * The text with such characters escaped, but for line ends, tabs and colours; colours are reset
   * at its end.
   */
  public static String harmless(String text) {
    if (text.chars().noneMatch(TerminalText::isObeyed)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    Matcher obeyed = OBEYED.matcher(text);
    boolean coloured = false;
    while (obeyed.find()) {
      String found = obeyed.group();
      boolean colour = COLOUR.matcher(found).matches();
      coloured |= colour;
      boolean allowed = colour || found.endsWith("\n") || found.equals("\t");
      obeyed.appendReplacement(
          out, Matcher.quoteReplacement(allowed ? found : escaped(found.charAt(0))));
    }
    obeyed.appendTail(out);
    return coloured ? out.append(NO_COLOUR).toString() : out.toString();
  }
}
