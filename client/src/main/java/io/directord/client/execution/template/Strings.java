package io.directord.client.execution.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Strings as Python has them: of whole characters, not of UTF-16's halves. */
final class Strings {
  private Strings() {}

  static String repeat(String text, int times) {
    Limits.text((long) text.length() * times);
    return text.repeat(Math.max(0, times));
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  static String character(String text, int place) {
    return Character.toString(text.codePointAt(text.offsetByCodePoints(0, place)));
  }

  static List<Object> characters(String text) {
    List<Object> characters = new ArrayList<>();
    text.codePoints().forEach(c -> characters.add(Character.toString(c)));
    return characters;
  }

  static int compare(String left, String right) {
    int[] first = left.codePoints().toArray();
    int[] second = right.codePoints().toArray();
    return java.util.Arrays.compare(first, second);
  }

  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  /**
   * Without these characters at the left, at the right, or both.
   *
   * @param characters null for white space
   */
  static String strip(String text, String characters, boolean left, boolean right) {
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
    return text.substring(start, end);
  }

  /** Where the first white space begins and ends, or the last; -1 where there is none. */
  static int[] gap(String text, boolean last) {
    int from = last ? text.length() - 1 : 0;
    int by = last ? -1 : 1;
    while (from >= 0 && from < text.length() && !isSpace(text.charAt(from))) {
      from += by;
    }
    int to = from;
    while (to >= 0 && to < text.length() && isSpace(text.charAt(to))) {
      to += by;
    }
    boolean none = from < 0 || from >= text.length();
    return new int[] {none ? -1 : Math.min(from, to + (last ? 1 : 0)), Math.max(from + 1, to)};
  }

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return title(text.substring(0, first)) + lower(text.substring(first));
  }

  private static String title(String character) {
    String upper = upper(character);
    return upper.length() > character.length()
        ? upper.charAt(0) + lower(upper.substring(1))
        : Character.toString(Character.toTitleCase(character.codePointAt(0)));
  }

  /** Every word begins with a capital, as Python's {@code str.title}. */
  static String titleWords(String text) {
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
    return out.toString();
  }

  static String pad(String text, int width, String filler, double share) {
    int missing = Math.max(0, width - length(text));
    int left = (int) (missing * share);
    return repeat(filler, left) + text + repeat(filler, missing - left);
  }

  /** As Python's {@code str.center}, which puts what cannot be halved where the width is odd. */
  static String center(String text, int width, String filler) {
    int missing = Math.max(0, width - length(text));
    int left = missing / 2 + (missing & width & 1);
    return repeat(filler, left) + text + repeat(filler, missing - left);
  }

  /**
   * @param count how often at most; negative for every time
   */
  static String replace(String text, String old, String with, int count) {
    if (old.isEmpty()) {
      return between(text, with, count);
    }
    Output out = new Output();
    int from = 0;
    int found;
    for (int done = 0; done != count && (found = text.indexOf(old, from)) >= 0; done++) {
      out.add(text.substring(from, found));
      out.add(with);
      from = found + old.length();
    }
    out.add(text.substring(from));
    return out.toString();
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
    return out.toString();
  }

  static String swapCase(String text) {
    Output out = new Output();
    text.codePoints()
        .mapToObj(c -> Character.isUpperCase(c) ? lower(text(c)) : upper(text(c)))
        .forEach(out::add);
    return out.toString();
  }

  private static String text(int c) {
    return Character.toString(c);
  }

  static boolean isNumeric(int c) {
    return switch (Character.getType(c)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  /** Python's {@code repr}. */
  static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    text.codePoints().forEach(c -> quote(out, c, quote));
    return out.append(quote).toString();
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
          String format = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
          out.append(String.format(format, c));
        }
      }
    }
  }

  static boolean isPrintable(int c) {
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
