package io.directord.jinja.parse;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.parse.Token.Kind;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Strings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Splits an expression or statement, found by a {@link Lexer}, into tokens. */
final class Scanner {
  private static final Set<String> LONG = Set.of("//", "**", "==", "!=", ">=", "<=");
  private static final int BYTES_OF_TOKEN = 80;

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line;

  private Scanner(String text, int line) {
    this.text = text;
    this.line = line;
  }

  /**
   * @param line where the text begins
   * @return the tokens, ending with an end token
   */
  static List<Token> tokens(String text, int line) {
    Scanner scanner = new Scanner(text, line);
    try {
      scanner.read();
    } catch (TemplateException e) {
      throw e.at(scanner.line);
    }
    return scanner.tokens;
  }

  private void read() {
    while (position < text.length()) {
      int c = text.codePointAt(position);
      if (Strings.isSpace(c)) {
        line += c == '\n' ? 1 : 0;
        position++;
      } else if (c == '\'' || c == '"') {
        string();
      } else if (c >= '0' && c <= '9') {
        number();
      } else if (Lexer.isName(c)) {
        word(Kind.NAME, nameEnd());
      } else {
        boolean two = position + 2 <= text.length();
        boolean longer = two && LONG.contains(text.substring(position, position + 2));
        word(Kind.OPERATOR, position + (longer ? 2 : 1));
      }
    }
    add(Kind.END, "", null, position);
  }

  private void add(Kind kind, String word, Object value, int end) {
    Budget.bytes(BYTES_OF_TOKEN + 2L * word.length());
    Budget.step(1);
    tokens.add(new Token(kind, word, value, line, position));
    position = end;
  }

  private void word(Kind kind, int end) {
    add(kind, text.substring(position, end), null, end);
  }

  private int nameEnd() {
    int end = position;
    while (end < text.length() && Lexer.isName(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    return end;
  }

  private void string() {
    int end = position + 1;
    while (text.charAt(end) != text.charAt(position)) {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    String written = text.substring(position + 1, end);
    add(Kind.STRING, Escapes.meant(written), null, end + 1);
    line += (int) written.chars().filter(c -> c == '\n').count();
  }

  /** A float, but not after a point: {@code list.0.1} is an element of an element. */
  private void number() {
    int prefixed = prefixed();
    int whole = prefixed > 0 ? prefixed : digits(position, 10);
    boolean member = position > 0 && text.charAt(position - 1) == '.';
    int real = member || prefixed > 0 ? whole : exponent(fraction(whole));
    if (real > whole) {
      String written = text.substring(position, real).replace("_", "");
      add(Kind.FLOAT, written, Double.parseDouble(written), real);
      return;
    }
    String written = text.substring(position, whole);
    if (prefixed == 0 && written.charAt(0) == '0' && !written.matches("[0_]++")) {
      throw new TemplateException("a number does not begin with 0: '" + written + "'");
    }
    add(Kind.INTEGER, written, Numbers.literal(written.replace("_", "")), whole);
  }

  /** The end of a number with a prefix such as {@code 0x}; 0 if there is none. */
  private int prefixed() {
    String prefix = text.substring(position, Math.min(text.length(), position + 2));
    int base =
        switch (prefix.toLowerCase(Locale.ROOT)) {
          case "0x" -> 16;
          case "0o" -> 8;
          case "0b" -> 2;
          default -> 0;
        };
    int begin = position + (text.startsWith("_", position + 2) ? 3 : 2);
    int end = base == 0 ? begin : digits(begin, base);
    return end > begin ? end : 0;
  }

  private int fraction(int from) {
    int end = text.startsWith(".", from) ? digits(from + 1, 10) : from;
    return end > from + 1 ? end : from;
  }

  private int exponent(int from) {
    if (from >= text.length() || "eE".indexOf(text.charAt(from)) < 0) {
      return from;
    }
    boolean signed = text.startsWith("+", from + 1) || text.startsWith("-", from + 1);
    int begin = from + (signed ? 2 : 1);
    int end = digits(begin, 10);
    return end > begin ? end : from;
  }

  /** The end of the digits from here, with single underscores between them. */
  private int digits(int from, int base) {
    int end = from;
    while (isDigit(end, base)
        || end > from && text.startsWith("_", end) && isDigit(end + 1, base)) {
      end++;
    }
    return end;
  }

  private boolean isDigit(int at, int base) {
    return at < text.length()
        && text.charAt(at) < 0x80
        && Character.digit(text.charAt(at), base) >= 0;
  }
}
