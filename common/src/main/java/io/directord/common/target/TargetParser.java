package io.directord.common.target;

import io.directord.common.target.Expression.Ending;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import io.directord.common.wire.Identities;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads a target expression. {@code or} binds least, then {@code and}, then {@code not}; words
 * stand between whitespace and parentheses.
 */
final class TargetParser {
  /** Maximum characters of an expression; a longer list of nodes is a list of targets. */
  static final int MAX_CHARACTERS = 4000;

  /** Maximum depth of parentheses and {@code not}. */
  static final int MAX_DEPTH = 50;

  private static final int MAX_VALUE = 256;
  private static final String OPERATORS = "=!<>";
  private static final String KEY_MARKS = "._-/";
  private static final List<String> ENDINGS =
      Arrays.stream(Ending.values()).map(Ending::word).toList();

  private final String text;
  private int at;
  private int depth;
  private int regexSize;

  TargetParser(String text) {
    this.text = text;
  }

  Expression parse() throws TargetException {
    if (text.length() > MAX_CHARACTERS) {
      throw new TargetException(
          MAX_CHARACTERS + 1,
          "an expression has at most "
              + MAX_CHARACTERS
              + " characters: write several into the list of targets");
    }
    Expression whole = or();
    if (at < text.length()) {
      throw text.charAt(at) == ')'
          ? error("this ) has no ( before it")
          : error("and or or is expected here, not " + Quoted.of(nextWord()));
    }
    return whole;
  }

  private Expression or() throws TargetException {
    List<Expression> operands = new ArrayList<>();
    do {
      operands.add(and());
    } while (takes("or"));
    return operands.size() == 1
        ? operands.get(0)
        : new Expression.Or(List.copyOf(operands), operands.get(0).column());
  }

  private Expression and() throws TargetException {
    List<Expression> operands = new ArrayList<>();
    do {
      operands.add(not());
    } while (takes("and"));
    return operands.size() == 1
        ? operands.get(0)
        : new Expression.And(List.copyOf(operands), operands.get(0).column());
  }

  private Expression not() throws TargetException {
    skipSpace();
    int column = at + 1;
    if (takes("not")) {
      deeper(column);
      Expression operand = not();
      depth--;
      return new Expression.Not(operand, column);
    }
    return operand();
  }

  private void deeper(int column) throws TargetException {
    depth++;
    if (depth > MAX_DEPTH) {
      throw new TargetException(
          column, "at most " + MAX_DEPTH + " parentheses and nots may be within each other");
    }
  }

  private Expression operand() throws TargetException {
    skipSpace();
    if (at == text.length()) {
      throw error(
          text.isBlank()
              ? "an expression is expected, such as web-*"
              : "something is missing here");
    }
    int column = at + 1;
    switch (text.charAt(at)) {
      case '(':
        deeper(column);
        return parenthesis(column);
      case ')':
        throw error("something is missing before this )");
      case '"', '\'':
        return new Expression.Name(quoted(), column);
      case '~':
        return regex(column);
      case '@':
        return label(column);
      case '%':
        return percent(column);
      default:
        return word(column);
    }
  }

  private Expression parenthesis(int column) throws TargetException {
    at++;
    Expression inside = or();
    if (at == text.length()) {
      throw new TargetException(column, "the ) of this ( is missing");
    }
    if (text.charAt(at) != ')') {
      throw error("and, or or ) is expected here, not " + Quoted.of(nextWord()));
    }
    at++;
    depth--;
    return inside;
  }

  private Expression word(int column) throws TargetException {
    String word = nextWord();
    if (word.equals("and") || word.equals("or")) {
      throw error("something is missing before " + word);
    }
    at += word.length();
    if (NamePattern.isPattern(word)) {
      return new Expression.Names(NamePattern.parse(word, column), column);
    }
    Optional<String> wrong = Identities.error(word);
    if (wrong.isPresent()) {
      throw new TargetException(
          column, Quoted.of(word) + " is not a name of a node: it " + wrong.get());
    }
    return new Expression.Name(word, column);
  }

  /** To the next whitespace, or to a closing parenthesis that was not opened within. */
  private Expression regex(int column) throws TargetException {
    int from = at + 1;
    int open = 0;
    for (at = from; at < text.length() && !isSpace(text.charAt(at)); at++) {
      char c = text.charAt(at);
      if (c == '\\') {
        at = Math.min(at + 1, text.length() - 1);
      } else if (c == '(') {
        open++;
      } else if (c == ')' && --open < 0) {
        break;
      }
    }
    NameRegex regex = NameRegex.parse(text.substring(from, at), from + 1);
    regexSize += regex.size();
    if (regexSize > NameRegex.MAX_SIZE) {
      throw new TargetException(
          column, "the regular expressions of this expression are too large together");
    }
    return new Expression.Regex(regex, column);
  }

  private Expression label(int column) throws TargetException {
    if (text.startsWith("@@", at)) {
      throw error(
          text.startsWith("@@")
              ? "a list in a file, @@FILE, is for the command line and orchestration files only: name the nodes here"
              : "a list, @@FILE, stands alone and not within an expression");
    }
    at++;
    String key = key();
    if (key.isEmpty()) {
      throw error("a label or fact is expected after @, as @role=web");
    }
    int behind = at;
    skipSpace();
    if (at == text.length() || OPERATORS.indexOf(text.charAt(at)) < 0) {
      if (at == behind && at < text.length() && text.charAt(at) != ')') {
        throw error("one of = != < <= > >= is expected after @" + key);
      }
      return new Expression.Label(key, new ValueTest.Any(), column);
    }
    return new Expression.Label(key, test(), column);
  }

  private String key() {
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at))
            || at > from && KEY_MARKS.indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    return text.substring(from, at);
  }

  private ValueTest test() throws TargetException {
    int from = at;
    char first = text.charAt(at++);
    boolean equals = at < text.length() && text.charAt(at) == '=';
    at += equals ? 1 : 0;
    if (first == '!' && !equals) {
      at = from;
      throw error("= is expected after !, as in @site!=ham");
    }
    skipSpace();
    boolean isQuoted = at < text.length() && "'\"".indexOf(text.charAt(at)) >= 0;
    String value = isQuoted ? quoted() : nextWord();
    if (!isQuoted) {
      if (value.isEmpty()) {
        throw error("a value is expected here");
      }
      int strange = strange(value);
      if (strange >= 0) {
        at += strange;
        throw error("a value with " + value.charAt(strange) + " stands in quotes");
      }
      at += value.length();
    }
    if (value.length() > MAX_VALUE) {
      throw error("a value has at most " + MAX_VALUE + " characters");
    }
    ValueTest.Equal equal =
        new ValueTest.Equal(
            isQuoted
                ? new NamePattern(value, List.of(new NamePattern.Literal(value)))
                : NamePattern.ofValue(value));
    return switch (first) {
      case '=' -> equal;
      case '!' -> new ValueTest.NotEqual(equal);
      default -> new ValueTest.Compared(first == '<' ? -1 : 1, equals, value);
    };
  }

  /** The first character that is more likely an error than part of a value; or -1. */
  private static int strange(String value) {
    for (int i = 0; i < value.length(); i++) {
      if ("=<>!\"',".indexOf(value.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private Expression percent(int column) throws TargetException {
    at++;
    String name = key();
    if (name.isEmpty()) {
      throw error("a group, or failed:JOB, lost:JOB or ok:JOB, is expected after %");
    }
    if (at == text.length() || text.charAt(at) != ':') {
      endOfWord();
      return new Expression.Group(name, column);
    }
    if (!ENDINGS.contains(name)) {
      throw new TargetException(
          column + 1,
          "before the : one of "
              + String.join(", ", ENDINGS)
              + " is expected, not "
              + Quoted.of(name)
              + Nearest.hint(name, ENDINGS));
    }
    at++;
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "-~".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    if (at == from) {
      throw error("a job is expected here: its id, the beginning of it, or last");
    }
    endOfWord();
    Ending ending = Ending.values()[ENDINGS.indexOf(name)];
    return new Expression.Results(ending, text.substring(from, at), column);
  }

  private void endOfWord() throws TargetException {
    if (at < text.length() && !isSpace(text.charAt(at)) && text.charAt(at) != ')') {
      throw error("this cannot stand here: " + Quoted.of(nextWord()));
    }
  }

  private String quoted() throws TargetException {
    int column = at + 1;
    int end = text.indexOf(text.charAt(at), at + 1);
    if (end < 0) {
      throw new TargetException(column, "the end of this quote is missing");
    }
    String inside = text.substring(at + 1, end);
    if (inside.isEmpty()) {
      throw new TargetException(column, "there is nothing in these quotes");
    }
    at = end + 1;
    return inside;
  }

  /** Skips a word, if it comes next. */
  private boolean takes(String word) {
    skipSpace();
    if (!nextWord().equals(word)) {
      return false;
    }
    at += word.length();
    return true;
  }

  private String nextWord() {
    int end = at;
    while (end < text.length()
        && !isSpace(text.charAt(end))
        && text.charAt(end) != '('
        && text.charAt(end) != ')') {
      end++;
    }
    return text.substring(at, end);
  }

  private void skipSpace() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private TargetException error(String message) {
    return new TargetException(at + 1, message);
  }
}
