package io.directord.jinja.parse;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Strings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Splits a template at its delimiters as Jinja2's lexer does: in {@code raw} and in comments only
 * their end counts, an end delimiter within a string or brackets is ignored, a minus removes the
 * whitespace on its side, and every line end becomes a line feed. Takes time linear in the
 * template's length.
 */
public final class Lexer {
  private static final String OPERATORS = "+-/*%~[](){}=<>.:|,;";
  private static final int BYTES_OF_SEGMENT = 128;

  private final String text;
  private final List<Segment> segments = new ArrayList<>();
  private int position;
  private int line = 1;
  private int counted;

  private Lexer(String text) {
    this.text = text;
  }

  /**
   * @throws TemplateException with the line, if a delimiter, a string or a bracket is not closed
   */
  public static List<Segment> segments(String template) {
    Lexer lexer = new Lexer(Marks.lineFeeds(template));
    lexer.read();
    return lexer.segments;
  }

  private void read() {
    while (position < text.length()) {
      Budget.step(1);
      Budget.bytes(BYTES_OF_SEGMENT);
      int mark = Marks.next(text, position);
      int begin = position;
      position = mark;
      if (mark == text.length()) {
        text(begin, mark, false);
        return;
      }
      char kind = text.charAt(mark + 1);
      position += 2;
      boolean strip = sign() == '-';
      text(begin, mark, strip);
      switch (kind) {
        case '#' -> comment(mark);
        case '{' -> output(mark);
        default -> block(mark);
      }
    }
  }

  /** Skips and returns the sign after a start delimiter; 0 if there is none. */
  private char sign() {
    char sign = position < text.length() ? text.charAt(position) : 0;
    if (sign != '-' && sign != '+') {
      return 0;
    }
    position++;
    return sign;
  }

  private void text(int begin, int end, boolean strip) {
    int last = end;
    while (strip && last > begin && Strings.isSpace(text.codePointBefore(last))) {
      last -= Character.charCount(text.codePointBefore(last));
    }
    if (last > begin) {
      segments.add(new Segment.Text(lineAt(begin), text.substring(begin, last)));
    }
  }

  private void comment(int mark) {
    int end = text.indexOf("#}", position);
    if (end < 0) {
      throw new TemplateException(
          "Missing end of comment tag (where {# is meant as it is, write {{ '{#' }})",
          lineAt(mark));
    }
    boolean strip = end > position && text.charAt(end - 1) == '-';
    position = end + 2;
    skipSpaces(strip);
  }

  private void output(int mark) {
    int begin = position;
    int end = expression(mark, "}}", "-}}");
    segments.add(new Segment.Output(lineAt(mark), text.substring(begin, end)));
  }

  private void block(int mark) {
    int begin = position;
    skipSpaces(true);
    if (skip("raw")) {
      skipSpaces(true);
      boolean strip = text.startsWith("-%}", position);
      if (strip || text.startsWith("%}", position)) {
        position += strip ? 3 : 2;
        skipSpaces(strip);
        raw(mark);
        return;
      }
    }
    position = begin;
    int end = expression(mark, "%}", "-%}", "+%}");
    statement(lineAt(mark), text.substring(begin, end));
  }

  private void statement(int where, String content) {
    int begin = 0;
    while (begin < content.length() && Strings.isSpace(content.charAt(begin))) {
      begin++;
    }
    int end = begin;
    while (end < content.length() && isName(content.codePointAt(end))) {
      end += Character.charCount(content.codePointAt(end));
    }
    segments.add(new Segment.Statement(where, content.substring(begin, end), content));
  }

  /** The text up to {@code endraw}. */
  private void raw(int begun) {
    int begin = position;
    for (int mark = text.indexOf("{%", begin); mark >= 0; mark = text.indexOf("{%", mark + 2)) {
      Budget.step(1);
      position = mark + 2;
      boolean strip = sign() == '-';
      skipSpaces(true);
      if (skip("endraw")) {
        skipSpaces(true);
        boolean stripAfter = text.startsWith("-%}", position);
        boolean signed = stripAfter || text.startsWith("+%}", position);
        if (signed || text.startsWith("%}", position)) {
          text(begin, mark, strip);
          position += signed ? 3 : 2;
          skipSpaces(stripAfter);
          return;
        }
      }
    }
    if (begin < text.length()) {
      throw new TemplateException("Missing end of raw directive", lineAt(begun));
    }
  }

  /**
   * Skips an expression and its end delimiter.
   *
   * @param ends the end delimiter, without and with a sign, minus before plus
   * @return index of the end delimiter
   */
  private int expression(int mark, String... ends) {
    Deque<Character> open = new ArrayDeque<>();
    while (position < text.length()) {
      if (open.isEmpty()) {
        for (String end : ends) {
          if (text.startsWith(end, position)) {
            int at = position;
            position += end.length();
            skipSpaces(end.startsWith("-"));
            return at;
          }
        }
      }
      one(open);
    }
    throw new TemplateException(
        "unexpected end of template, expected '" + ends[0] + "'", lineAt(mark));
  }

  /** Skips one character of an expression, or one string. */
  private void one(Deque<Character> open) {
    char c = text.charAt(position);
    if (c == '\'' || c == '"') {
      string(c);
      return;
    }
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> close(open, c);
      default -> {
        position += symbol();
        return;
      }
    }
    position++;
  }

  /** The length of the next character, which is part of a name or an operator. */
  private int symbol() {
    int c = text.codePointAt(position);
    if (text.startsWith("!=", position)) {
      return 2;
    }
    if (!isName(c) && !Strings.isSpace(c) && OPERATORS.indexOf(c) < 0) {
      throw new TemplateException(
          "unexpected char " + Strings.quoted(Character.toString(c)), lineAt(position));
    }
    return Character.charCount(c);
  }

  private void close(Deque<Character> open, char c) {
    if (open.isEmpty()) {
      throw new TemplateException("unexpected '" + c + "'", lineAt(position));
    }
    char expected = open.pop();
    if (expected != c) {
      throw new TemplateException(
          "unexpected '" + c + "', expected '" + expected + "'", lineAt(position));
    }
  }

  private void string(char quote) {
    int begin = position++;
    while (position < text.length() && text.charAt(position) != quote) {
      position += text.charAt(position) == '\\' ? 2 : 1;
    }
    if (position >= text.length()) {
      throw new TemplateException(
          "a string that begins with " + quote + " is not closed", lineAt(begin));
    }
    position++;
  }

  private void skipSpaces(boolean wanted) {
    while (wanted && position < text.length() && Strings.isSpace(text.charAt(position))) {
      position++;
    }
  }

  private boolean skip(String word) {
    boolean there = text.startsWith(word, position);
    position += there ? word.length() : 0;
    return there;
  }

  static boolean isName(int c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  /** Lines are computed in ascending order, except for the start of an unclosed part. */
  private int lineAt(int place) {
    if (place < counted) {
      return 1 + (int) text.substring(0, place).chars().filter(c -> c == '\n').count();
    }
    while (counted < place) {
      line += text.charAt(counted++) == '\n' ? 1 : 0;
    }
    return line;
  }
}
