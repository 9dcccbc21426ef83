package io.directord.jinja.parse;

import io.directord.jinja.error.TemplateException;

/** Escape sequences of strings, as in Python. */
final class Escapes {
  private static final String LETTERS = "abfnrtv\\'\"\n";
  private static final String LETTERS_MEAN = "\u0007\b\f\n\r\t\u000b\\'\"";

  private final String written;
  private final StringBuilder out = new StringBuilder();
  private int place;

  private Escapes(String written) {
    this.written = written;
  }

  /** The text that is written between quotes. */
  static String meant(String written) {
    return written.indexOf('\\') < 0 ? written : new Escapes(written).all();
  }

  private String all() {
    while (place < written.length()) {
      char c = written.charAt(place++);
      if (c == '\\' && place < written.length()) {
        escape(written.charAt(place++));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private void escape(char kind) {
    switch (kind) {
      case 'x' -> number(kind, 2);
      case 'u' -> number(kind, 4);
      case 'U' -> number(kind, 8);
      case 'N' -> named();
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal();
      default -> letter(kind);
    }
  }

  private void letter(char kind) {
    int letter = LETTERS.indexOf(kind);
    if (letter < 0) {
      out.append('\\').append(kind);
    } else if (letter < LETTERS_MEAN.length()) {
      out.append(LETTERS_MEAN.charAt(letter));
    }
  }

  private void octal() {
    int end = place;
    while (end < Math.min(place + 2, written.length())
        && "01234567".indexOf(written.charAt(end)) >= 0) {
      end++;
    }
    out.appendCodePoint(Integer.parseInt(written.substring(place - 1, end), 8));
    place = end;
  }

  private void number(char kind, int digits) {
    int end = place;
    while (end < Math.min(place + digits, written.length())
        && Character.digit(written.charAt(end), 16) >= 0) {
      end++;
    }
    if (end < place + digits) {
      throw new TemplateException("truncated \\" + kind + " escape in a string");
    }
    long number = Long.parseLong(written.substring(place, end), 16);
    if (number > Character.MAX_CODE_POINT) {
      throw new TemplateException("there is no character \\U" + written.substring(place, end));
    }
    out.appendCodePoint((int) number);
    place = end;
  }

  private void named() {
    int end = written.indexOf('}', place);
    if (!written.startsWith("{", place) || end < 0) {
      throw new TemplateException("truncated \\N escape in a string");
    }
    String name = written.substring(place + 1, end);
    try {
      out.appendCodePoint(Character.codePointOf(name));
    } catch (IllegalArgumentException e) {
      throw new TemplateException("unknown Unicode character name '" + name + "'");
    }
    place = end + 1;
  }
}
