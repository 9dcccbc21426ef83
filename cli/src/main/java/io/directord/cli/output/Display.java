package io.directord.cli.output;

import io.directord.cli.console.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The width of text on a terminal, and what is shortened for it. */
public final class Display {
  private static final int TAB = 8;
  private static final int SHORT_ID = 8;
  private static final String CUT_MARK = "...";

  /** Characters that take two columns: East Asian wide and full-width ones (UAX 11), and emoji. */
  private static final int[][] WIDE = {
    {0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7a3},
    {0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}
  };

  private Display() {}

  /** The first characters of an id, which usually are unambiguous on a server. */
  public static String shortId(UUID id) {
    return id.toString().substring(0, SHORT_ID);
  }

  /** The number of columns that a line takes. */
  public static int width(String line) {
    int columns = 0;
    for (int at = 0; at < line.length(); ) {
      int character = line.codePointAt(at);
      columns += width(character);
      at += Character.charCount(character);
    }
    return columns;
  }

  /**
   * The line, with its middle cut out if it is wider than so many columns. The end stays, since
   * similar lines often differ there, unless it was cut off already.
   */
  public static String cut(String line, int columns) {
    int room = columns - CUT_MARK.length();
    if (width(line) <= columns || room < 0) {
      return line;
    }
    int tail = line.endsWith(CUT_MARK) ? 0 : room / 3;
    String start = line.substring(0, end(line, 0, room - tail));
    int from = line.length();
    while (from > 0 && width(line.substring(line.offsetByCodePoints(from, -1))) <= tail) {
      from = line.offsetByCodePoints(from, -1);
    }
    return start + CUT_MARK + line.substring(from);
  }

  /** The line, with its end cut off if it is wider than so many columns. */
  public static String begin(String line, int columns) {
    return width(line) <= columns
        ? line
        : line.substring(0, end(line, 0, columns - CUT_MARK.length())) + CUT_MARK;
  }

  /**
   * Where the part of a line ends that fits into so many columns.
   *
   * @param from where to begin
   * @return index of the rest; at least one character is taken
   */
  static int end(String line, int from, int columns) {
    int at = from;
    int used = 0;
    while (at < line.length()) {
      int next = line.codePointAt(at);
      used += width(next);
      if (used > columns && at > from) {
        return at;
      }
      at += Character.charCount(next);
    }
    return at;
  }

  /** The line in parts of so many columns at most, between words where there are any. */
  public static List<String> wrapped(String line, int columns) {
    return wrapped(line, columns, 0);
  }

  /**
   * Likewise.
   *
   * @param indent number of spaces before all parts but the first
   */
  public static List<String> wrapped(String line, int columns, int indent) {
    List<String> parts = new ArrayList<>();
    String before = "";
    for (int at = 0; at < line.length(); ) {
      int end = end(line, at, columns - before.length());
      int space = end < line.length() ? line.lastIndexOf(' ', end) : -1;
      boolean between = space > at && !line.substring(at, space).isBlank();
      parts.add(before + line.substring(at, between ? space : end));
      at = between ? space + 1 : end;
      before = " ".repeat(Math.min(indent, columns / 2));
    }
    return parts.isEmpty() ? List.of(line) : parts;
  }

  /** The text with so many spaces behind it that it takes the columns. */
  public static String padded(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  /**
   * The line with control characters escaped: its text comes from nodes, and a terminal obeys
   * control characters.
   */
  public static String harmless(String line) {
    if (line.chars().noneMatch(TerminalText::isObeyed)) {
      return line;
    }
    StringBuilder out = new StringBuilder();
    line.codePoints()
        .forEach(
            c -> {
              if (c == '\t') {
                out.append(" ".repeat(TAB - out.length() % TAB));
              } else if (TerminalText.isObeyed(c)) {
                out.append(TerminalText.escaped(c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  private static int width(int character) {
    if (character < WIDE[0][0]) {
      return isMark(character) ? 0 : 1;
    }
    for (int[] range : WIDE) {
      if (character >= range[0] && character <= range[1]) {
        return 2;
      }
    }
    return isMark(character) ? 0 : 1;
  }

  private static boolean isMark(int character) {
    int type = Character.getType(character);
    return type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT;
  }
}
