package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Strings;

/** The filter {@code wordwrap}: lines as Python's {@code textwrap} breaks them. */
final class WordWrap {
  private static final int WIDTH = 79;
  private static final String PUNCTUATION = "!\"'&.,?";

  private final int width;
  private final boolean breakWords;
  private final boolean breakHyphens;
  private final String newLine;
  private final Output out = new Output();
  private boolean first = true;
  private String text;
  private int from;

  /** The end of the rest of a broken word. */
  private int rest;

  private WordWrap(int width, boolean breakWords, boolean breakHyphens, String newLine) {
    this.width = width;
    this.breakWords = breakWords;
    this.breakHyphens = breakHyphens;
    this.newLine = newLine;
  }

  static Object filter(Object value, Arguments arguments) {
    Object[] given =
        arguments.bind(
            "wordwrap", "width?", "break_long_words?", "wrapstring?", "break_on_hyphens?");
    boolean feed = given[2] == Arguments.ABSENT || given[2] == null;
    int width = Arguments.number(given[0], WIDTH);
    if (width <= 0) {
      throw new TemplateException("invalid width " + width + " (must be > 0)");
    }
    WordWrap wrap =
        new WordWrap(
            width,
            Arguments.flag(given[1], true),
            Arguments.flag(given[3], true),
            feed ? "\n" : PythonValues.text(given[2]));
    for (Object line : Strings.lines(Arguments.string(value), false)) {
      wrap.paragraph((String) line);
    }
    return wrap.out.end();
  }

  private void paragraph(String paragraph) {
    text = paragraph;
    from = 0;
    rest = 0;
    boolean begun = false;
    while (from < text.length()) {
      Budget.step(1);
      if (begun && isSpace(from)) {
        from = chunk(from);
      }
      int begin = from;
      int end = line();
      if (end > begin) {
        end(text.substring(begin, end));
        begun = true;
      }
    }
    if (!begun) {
      end("");
    }
  }

  private void end(String line) {
    out.add(first ? "" : newLine);
    out.add(line);
    first = false;
  }

  /** Skips as many chunks as fit into a line; returns the end of the last one that counts. */
  private int line() {
    int begin = from;
    int last = from;
    int left = width;
    while (from < text.length()) {
      int next = chunk(from);
      // Avoids counting characters where there are too many in any case.
      boolean far = next - from > 2L * width;
      int length = far ? Integer.MAX_VALUE : text.codePointCount(from, next);
      if (length > left) {
        boolean alone = from == begin;
        if (length > width && (breakWords || alone)) {
          last = from;
          from = breakWords ? longWord(next, left) : next;
        }
        break;
      }
      left -= length;
      last = from;
      from = next;
    }
    return from > last && isSpace(last) ? last : from;
  }

  /** Where a word that is longer than a line is broken. */
  private int longWord(int next, int left) {
    if (left == 0) {
      return from;
    }
    rest = next;
    int end = text.offsetByCodePoints(from, left);
    int hyphen = breakHyphens && end < next ? lastHyphen(from, end) : -1;
    for (int i = from; i < hyphen; i++) {
      if (text.charAt(i) != '-') {
        return hyphen + 1;
      }
    }
    return end;
  }

  /** Looks back no further than the beginning of the word. */
  private int lastHyphen(int begin, int end) {
    int at = end - 1;
    while (at >= begin && text.charAt(at) != '-') {
      at--;
    }
    return at;
  }

  /** The end of the chunk from here: whitespace, dashes between words, or a word. */
  private int chunk(int begin) {
    if (begin < rest) {
      return rest;
    }
    int end = begin + 1;
    if (isSpace(begin)) {
      while (end < text.length() && isSpace(end)) {
        end++;
      }
      return end;
    }
    if (breakHyphens && isDash(begin)) {
      return dashes(begin);
    }
    while (end < text.length() && !isSpace(end)) {
      if (breakHyphens && isHyphen(end)) {
        return end + 1;
      }
      if (breakHyphens && isDash(end)) {
        return end;
      }
      end++;
    }
    return end;
  }

  private boolean isHyphen(int at) {
    boolean behind = isLetter(at - 1) && (isLetter(at - 2) || is(at - 2, '-') && isLetter(at - 3));
    return is(at, '-')
        && behind
        && isLetter(at + 1)
        && (isLetter(at + 2) || is(at + 2, '-') && isLetter(at + 3));
  }

  /** Whether several dashes between words begin here. */
  private boolean isDash(int at) {
    if (!is(at, '-') || !is(at + 1, '-') || at == 0) {
      return false;
    }
    boolean after = isWord(at - 1) || PUNCTUATION.indexOf(text.charAt(at - 1)) >= 0;
    return after && isWord(dashes(at));
  }

  private int dashes(int at) {
    int end = at;
    while (is(end, '-')) {
      end++;
    }
    return end;
  }

  private boolean is(int at, char c) {
    return at >= 0 && at < text.length() && text.charAt(at) == c;
  }

  private boolean isWord(int at) {
    return is(at, '_')
        || at >= 0 && at < text.length() && Character.isLetterOrDigit(text.charAt(at));
  }

  private boolean isLetter(int at) {
    return isWord(at) && !Character.isDigit(text.charAt(at));
  }

  private boolean isSpace(int at) {
    return "\t\n\u000b\f\r ".indexOf(text.charAt(at)) >= 0;
  }
}
