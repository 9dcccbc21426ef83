package io.directord.jinja.value;

import io.directord.jinja.limit.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Strings as in Python: sequences of code points, not of UTF-16 units. */
public final class Strings {
  private static final String LINE_ENDS = "\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029";

  private static final int FIRST_IDEOGRAPH = 0x3000;

  private Strings() {}

  public static String repeat(String text, int times) {
    Budget.text((long) text.length() * Math.max(0, times));
    return text.repeat(Math.max(0, times));
  }

  public static int length(String text) {
    Budget.step(text.length() >> 8);
    return text.codePointCount(0, text.length());
  }

  public static String character(String text, int place) {
    Budget.step(text.length() >> 8);
    return Character.toString(text.codePointAt(text.offsetByCodePoints(0, place)));
  }

  public static List<Object> characters(String text) {
    Budget.elements(length(text));
    Budget.bytes(48L * text.length());
    List<Object> characters = new ArrayList<>();
    text.codePoints().forEach(c -> characters.add(Character.toString(c)));
    return characters;
  }

  /** Compares by code points, which is not the order of UTF-16 units. */
  public static int compare(String left, String right) {
    Budget.step(Math.min(left.length(), right.length()) >> 8);
    int place = 0;
    int common = Math.min(left.length(), right.length());
    while (place < common && left.charAt(place) == right.charAt(place)) {
      place++;
    }
    if (place == common) {
      return left.length() - right.length();
    }
    char first = left.charAt(place);
    char second = right.charAt(place);
    boolean halves = Character.isSurrogate(first) != Character.isSurrogate(second);
    return halves ? (Character.isSurrogate(first) ? 1 : -1) : first - second;
  }

  public static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  /**
   * Strips these characters at the left, the right, or both ends.
   *
   * @param characters null for whitespace
   */
  public static String strip(String text, String characters, boolean left, boolean right) {
    IntPredicate odd =
        characters == null ? Strings::isSpace : character -> characters.indexOf(character) >= 0;
    int start = 0;
    int end = text.length();
    while (left && start < end && odd.test(text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && end > start && odd.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return part(text, start, end);
  }

  /** The lines, without or with their line ends; text after the last line end is a line, too. */
  public static List<Object> lines(String text, boolean ends) {
    Budget.characters(text);
    List<Object> lines = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int end = from;
      while (end < text.length() && LINE_ENDS.indexOf(text.charAt(end)) < 0) {
        end++;
      }
      int next = Math.min(text.length(), end + (text.startsWith("\r\n", end) ? 2 : 1));
      Budget.more(lines.size(), 1);
      lines.add(part(text, from, ends ? next : end));
      from = next;
    }
    return lines;
  }

  /** A part, by Java's indexes. */
  public static String part(String text, int from, int to) {
    Budget.text(to - from);
    return text.substring(from, to);
  }

  public static String upper(String text) {
    Budget.text(text.length());
    return text.toUpperCase(Locale.ROOT);
  }

  public static String lower(String text) {
    Budget.text(text.length());
    return text.toLowerCase(Locale.ROOT);
  }

  public static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return title(text.substring(0, first)) + lower(text.substring(first));
  }

  private static String title(String character) {
    String upper = upper(character);
    if (upper.length() == character.length()) {
      return Character.toString(Character.toTitleCase(character.codePointAt(0)));
    }
    int capital = 0;
    while (capital < upper.length() - 1 && !Character.isUpperCase(upper.charAt(capital))) {
      capital++;
    }
    return upper.substring(0, capital + 1) + lower(upper.substring(capital + 1));
  }

  /** Every word begins with a capital, as Python's {@code str.title}. */
  public static String titleWords(String text) {
    Budget.step(text.length() >> 2);
    Output out = new Output();
    boolean[] inside = new boolean[1];
    text.codePoints()
        .forEach(
            point -> {
              String c = Character.toString(point);
              boolean letter = Character.isLetter(point);
              out.add(!letter ? c : inside[0] ? lower(c) : title(c));
              inside[0] = letter;
            });
    return out.end();
  }

  public static String pad(String text, int width, String filler, double share) {
    int missing = Math.max(0, width - length(text));
    int left = (int) (missing * share);
    return repeat(filler, left) + text + repeat(filler, missing - left);
  }

  /** Python's {@code str.center}, which puts an odd space on the left if the width is odd. */
  public static String center(String text, int width, String filler) {
    int missing = Math.max(0, width - length(text));
    int left = missing / 2 + (missing & width & 1);
    return repeat(filler, left) + text + repeat(filler, missing - left);
  }

  /**
   * @param count maximum number of replacements; negative for all
   */
  public static String replace(String text, String old, String with, int count) {
    if (old.isEmpty()) {
      return between(text, with, count);
    }
    Output out = new Output();
    int from = 0;
    int found;
    for (int done = 0; done != count && (found = Search.first(text, old, from)) >= 0; done++) {
      out.add(text.substring(from, found));
      out.add(with);
      from = found + old.length();
    }
    out.add(text.substring(from));
    return out.end();
  }

  /** Puts a text before every character and at the end. */
  private static String between(String text, String with, int count) {
    Output out = new Output();
    int done = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      out.add(done++ < count || count < 0 ? with : "");
      out.add(Character.toString(text.codePointAt(i)));
    }
    out.add(done < count || count < 0 ? with : "");
    return out.end();
  }

  public static String swapCase(String text) {
    Budget.step(text.length() >> 2);
    Output out = new Output();
    text.codePoints()
        .mapToObj(c -> Character.isUpperCase(c) ? lower(text(c)) : upper(text(c)))
        .forEach(out::add);
    return out.end();
  }

  private static String text(int c) {
    return Character.toString(c);
  }

  /** Whether it is a digit, such as a superscript, too. */
  public static boolean isDigit(int c) {
    int value = Character.getType(c) == Character.OTHER_NUMBER ? Character.getNumericValue(c) : -1;
    return Character.isDigit(c) || value >= 0 && value < 10 && c < FIRST_IDEOGRAPH;
  }

  public static boolean isNumeric(int c) {
    return switch (Character.getType(c)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  /** Python's {@code repr}. */
  public static String quoted(String text) {
    Budget.characters(text);
    Budget.text(text.length() * 4L);
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    text.codePoints().forEach(c -> quote(out, c, quote));
    return out.append(quote).toString();
  }

  /** The text with escapes for what is not ASCII. */
  public static String ascii(String text) {
    Budget.characters(text);
    StringBuilder out = new StringBuilder();
    text.codePoints().forEach(c -> out.append(c < 0x80 ? Character.toString(c) : escaped(c)));
    return out.toString();
  }

  private static String escaped(int c) {
    return String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
  }

  private static void quote(StringBuilder out, int c, char quote) {
    switch (c) {
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c == quote) {
          out.append('\\').append(quote);
        } else if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else {
          out.append(escaped(c));
        }
      }
    }
  }

  public static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
