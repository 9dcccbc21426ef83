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
      Pattern.compile("\\\\(x\\p{XDigit}{2}|u\\p{XDigit}{4}|U\\p{XDigit}{8}|.)", Pattern.DOTALL);
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
    int letter = LETTERS.indexOf(escaped.charAt(0));
    if (escaped.length() > 1) {
      return Character.toString(Integer.parseInt(escaped.substring(1), 16));
    }
    if (letter < 0) {
      return "\\" + escaped;
    }
    return letter < LETTERS_MEAN.length() ? LETTERS_MEAN.substring(letter, letter + 1) : "";
  }
}
