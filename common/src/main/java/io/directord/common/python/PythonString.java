package io.directord.common.python;

import io.directord.common.python.PythonLiteral.NotALiteral;

/** One quoted Python string, with its escapes; {@code end} is the position after it. */
record PythonString(String value, int end) {

  /** The string that begins there, or null. */
  static PythonString at(String text, int start) throws NotALiteral {
    int open = start;
    boolean raw = false;
    if (open < text.length() && "rRuU".indexOf(text.charAt(open)) >= 0) {
      raw = "rR".indexOf(text.charAt(open)) >= 0;
      open++;
    }
    if (open >= text.length() || "'\"".indexOf(text.charAt(open)) < 0) {
      return null;
    }
    String quote = text.substring(open, open + 1);
    String delimiter = text.startsWith(quote.repeat(3), open) ? quote.repeat(3) : quote;
    return new Scan(text, open + delimiter.length(), delimiter, raw).run();
  }

  private static final class Scan {
    private final String text;
    private final String delimiter;
    private final boolean raw;
    private final StringBuilder out = new StringBuilder();
    private int position;

    Scan(String text, int position, String delimiter, boolean raw) {
      this.text = text;
      this.position = position;
      this.delimiter = delimiter;
      this.raw = raw;
    }

    PythonString run() throws NotALiteral {
      while (!text.startsWith(delimiter, position)) {
        char c = take();
        if (c == '\n' && delimiter.length() == 1) {
          throw new NotALiteral();
        }
        if (c != '\\') {
          out.append(c);
        } else if (raw) {
          out.append(c).append(take());
        } else {
          escape(take());
        }
      }
      String value = out.toString();
      if (value.codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff)) {
        throw new NotALiteral();
      }
      return new PythonString(value, position + delimiter.length());
    }

    private void escape(char c) throws NotALiteral {
      switch (c) {
        case '\n' -> {}
        case '\\', '\'', '"' -> out.append(c);
        case 'a' -> out.append('\u0007');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'v' -> out.append('\u000b');
        case 'x' -> hex(2);
        case 'u' -> hex(4);
        case 'U' -> hex(8);
        case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(c);
        default -> out.append('\\').append(c);
      }
    }

    private void hex(int digits) throws NotALiteral {
      int code = 0;
      for (int i = 0; i < digits; i++) {
        int digit = Character.digit(take(), 16);
        if (digit < 0) {
          throw new NotALiteral();
        }
        code = code << 4 | digit;
      }
      if (!Character.isValidCodePoint(code)) {
        throw new NotALiteral();
      }
      out.appendCodePoint(code);
    }

    private void octal(char first) throws NotALiteral {
      int code = first - '0';
      for (int i = 0; i < 2 && position < text.length(); i++) {
        int digit = Character.digit(text.charAt(position), 8);
        if (digit < 0) {
          break;
        }
        code = code << 3 | digit;
        position++;
      }
      out.appendCodePoint(code);
    }

    private char take() throws NotALiteral {
      if (position >= text.length()) {
        throw new NotALiteral();
      }
      return text.charAt(position++);
    }
  }
}
