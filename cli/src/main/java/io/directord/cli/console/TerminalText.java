package io.directord.cli.console;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes text of nodes and jobs safe for a terminal. Output comes from commands on nodes, and a
 * terminal obeys the control characters in it: they can change the title, fill the clipboard, or
 * hide text.
 */
public final class TerminalText {
  /** Line ends, tabs and colours are harmless, and kept. */
  private static final Pattern CONTROLS =
      Pattern.compile("\\r?\\n|\\t|\u001b\\[[0-9;]*m|[\\x00-\\x1f\\x7f-\\x9f]");

  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final String NO_COLOUR = "\u001b[0m";

  private TerminalText() {}

  /** The text with other control characters escaped, and colours reset at its end. */
  public static String harmless(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    Matcher control = CONTROLS.matcher(text);
    boolean coloured = false;
    while (control.find()) {
      String found = control.group();
      boolean colour = COLOUR.matcher(found).matches();
      coloured |= colour;
      boolean allowed = colour || found.endsWith("\n") || found.equals("\t");
      control.appendReplacement(
          out,
          Matcher.quoteReplacement(
              allowed ? found : String.format("\\x%02x", (int) found.charAt(0))));
    }
    control.appendTail(out);
    return coloured ? out.append(NO_COLOUR).toString() : out.toString();
  }
}
