package io.directord.client.execution.template;

import com.hubspot.jinjava.el.ext.ExtendedScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the words of expressions: the engine's scanner with Jinja2's keywords and literals. */
final class PythonScanner extends ExtendedScanner {
  private static final Set<String> KEYWORDS =
      Set.of("and", "or", "not", "if", "else", "in", "true", "True", "false", "False");
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\\\\([0-7]{1,3}|x\\p{XDigit}{2}|u\\p{XDigit}{4}|U\\p{XDigit}{8}|N\\{[^}]+}|.)",
          Pattern.DOTALL);
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<real>(\\d+_)*\\d+((\\.(\\d+_)*\\d+)?[eE][+-]?(\\d+_)*\\d+|\\.(\\d+_)*\\d+))"
              + "|0[bB](_?[01])+|0[oO](_?[0-7])+|0[xX](_?\\p{XDigit})+|[1-9](_?\\d)*|0(_?0)*");
  private static final String NOT_PYTHON = "&|?!";
  private static final String LETTERS = "abfnrtv\\'\"\n";
  private static final String LETTERS_MEAN = "\u0007\b\f\n\r\t\u000b\\'\"";

  PythonScanner(String input) {
    super(input);
  }

  /** Where a word stands in the text outside of brackets and strings; -1 if it does not. */
  static int find(String text, String word) {
    PythonScanner scanner = new PythonScanner("#{" + text + "}");
    int depth = 0;
    try {
      scanner.next();
      while (scanner.next().getSymbol() != Symbol.EOF) {
        String image = scanner.getToken().getImage();
        boolean string = scanner.getToken().getSymbol() == Symbol.STRING;
        if (depth == 0 && image.equals(word) && !string) {
          return scanner.getPosition() - 2;
        }
        boolean bracket = image.length() == 1 && !string;
        depth += bracket && "([{".contains(image) ? 1 : bracket && ")]}".contains(image) ? -1 : 0;
      }
      return -1;
    } catch (ScanException e) {
      throw new TemplateException(e.getMessage() + " in '" + text.strip() + "'");
    }
  }

  /** What stands between commas, but for those in brackets and strings. */
  static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    String rest = text;
    for (int comma; (comma = find(rest, ",")) >= 0; ) {
      parts.add(rest.substring(0, comma));
      rest = rest.substring(comma + 1);
    }
    if (!rest.isBlank()) {
      parts.add(rest);
    }
    return parts;
  }

  @Override
  protected Token keyword(String word) {
    return KEYWORDS.contains(word) ? super.keyword(word) : null;
  }

  @Override
  protected Token nextEval() throws ScanException {
    char c = getInput().charAt(getPosition());
    Token token = c == '+' ? fixed(Symbol.PLUS) : super.nextEval();
    if (NOT_PYTHON.indexOf(c) >= 0
        && !token.getImage().equals("|")
        && token.getSymbol() != Symbol.NE) {
      throw new ScanException(getPosition(), "unexpected '" + c + "'", "an operator");
    }
    return token;
  }

  /** After a point there are no fractions: {@code list.0.1} is an element of an element. */
  @Override
  protected Token nextNumber() throws ScanException {
    if (getInput().charAt(getPosition()) == '.') {
      int end = getPosition() + 1;
      while (end < getInput().length() && isDigit(getInput().charAt(end))) {
        end++;
      }
      return token(Symbol.FLOAT, getInput().substring(getPosition(), end), end - getPosition());
    }
    Matcher number = NUMBER.matcher(getInput()).region(getPosition(), getInput().length());
    if (!number.lookingAt()) {
      throw new ScanException(getPosition(), "a number", "an expression");
    }
    Symbol symbol = number.group("real") == null ? Symbol.INTEGER : Symbol.FLOAT;
    String digits = number.group().replace("_", "");
    return token(symbol, digits, number.end() - number.start());
  }

  @Override
  protected Token nextString() throws ScanException {
    String input = getInput();
    int end = getPosition() + 1;
    while (end < input.length() && input.charAt(end) != input.charAt(getPosition())) {
      end += input.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= input.length()) {
      throw new ScanException(getPosition(), "unterminated string", "its end");
    }
    String written = input.substring(getPosition() + 1, end);
    String value =
        ESCAPE
            .matcher(written)
            .replaceAll(found -> Matcher.quoteReplacement(meant(found.group(1))));
    return token(Symbol.STRING, value, end + 1 - getPosition());
  }

  private static String meant(String escaped) {
    char kind = escaped.charAt(0);
    if (kind >= '0' && kind <= '7') {
      return Character.toString(Integer.parseInt(escaped, 8));
    }
    if (kind == 'N' && escaped.length() > 1) {
      return named(escaped.substring(2, escaped.length() - 1));
    }
    if (escaped.length() > 1) {
      return numbered(escaped.substring(1));
    }
    if ("xuUN".indexOf(kind) >= 0) {
      throw new TemplateException("truncated \\" + kind + " escape in a string");
    }
    int letter = LETTERS.indexOf(kind);
    if (letter < 0) {
      return "\\" + escaped;
    }
    return letter < LETTERS_MEAN.length() ? LETTERS_MEAN.substring(letter, letter + 1) : "";
  }

  private static String numbered(String digits) {
    long number = Long.parseLong(digits, 16);
    if (number > Character.MAX_CODE_POINT) {
      throw new TemplateException("there is no character \\U" + digits);
    }
    return Character.toString((int) number);
  }

  private static String named(String name) {
    try {
      return Character.toString(Character.codePointOf(name));
    } catch (IllegalArgumentException e) {
      throw new TemplateException("unknown Unicode character name '" + name + "'");
    }
  }
}
