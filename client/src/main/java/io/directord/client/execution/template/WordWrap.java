package io.directord.client.execution.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The filter {@code wordwrap}: lines as Python's {@code textwrap} breaks them. */
final class WordWrap {
  private static final int WIDTH = 79;
  private static final String SPACE = "[\\t\\n\\x0b\\f\\r ]";
  private static final String LETTER = "[^\\d\\W]";
  private static final String END = "(?=" + SPACE + "|\\z)|(?<=[\\w!\"'&.,?])(?=-{2,}\\w)";

  /** What a line is made of: whitespace, dashes between words, and words. */
  private static final Pattern CHUNK = chunks("");

  /** The same, where a word also ends at a hyphen within it. */
  private static final Pattern HYPHENATED =
      chunks(
          "-(?:(?<="
              + LETTER
              + "{2}-)|(?<="
              + LETTER
              + "-"
              + LETTER
              + "-))(?="
              + LETTER
              + "-?"
              + LETTER
              + ")|");

  private final int width;
  private final boolean breakWords;
  private final boolean breakHyphens;
  private final String newLine;
  private final Output out = new Output();
  private boolean first = true;

  private WordWrap(int width, boolean breakWords, boolean breakHyphens, String newLine) {
    this.width = width;
    this.breakWords = breakWords;
    this.breakHyphens = breakHyphens;
    this.newLine = newLine;
  }

  private static Pattern chunks(String hyphen) {
    return Pattern.compile(
        SPACE + "+|(?<=[\\w!\"'&.,?])-{2,}(?=\\w)|[^\\t\\n\\x0b\\f\\r ]+?(?:" + hyphen + END + ")",
        Pattern.UNICODE_CHARACTER_CLASS);
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
            feed ? "\n" : Values.text(given[2]));
    for (Object line : StringMethods.lines(StringMethods.string(value), Arguments.NONE)) {
      wrap.paragraph((String) line);
    }
    return wrap.out.toString();
  }

  private void paragraph(String text) {
    Deque<String> chunks = new ArrayDeque<>();
    Matcher found = (breakHyphens ? HYPHENATED : CHUNK).matcher(text);
    while (found.find()) {
      Limits.proceed();
      chunks.add(found.group());
    }
    boolean begun = false;
    while (!chunks.isEmpty()) {
      Limits.proceed();
      if (begun && chunks.peek().isBlank()) {
        chunks.remove();
        continue;
      }
      String line = line(chunks);
      if (!line.isEmpty()) {
        end(line);
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

  /** Takes as many chunks as a line holds. */
  private String line(Deque<String> chunks) {
    Deque<String> line = new ArrayDeque<>();
    int length = 0;
    while (!chunks.isEmpty() && length + Strings.length(chunks.peek()) <= width) {
      length += Strings.length(chunks.peek());
      line.add(chunks.remove());
    }
    if (!chunks.isEmpty() && Strings.length(chunks.peek()) > width) {
      longWord(chunks, line, width - length);
    }
    if (!line.isEmpty() && line.peekLast().isBlank()) {
      line.removeLast();
    }
    return String.join("", line);
  }

  private void longWord(Deque<String> chunks, Deque<String> line, int left) {
    if (!breakWords) {
      if (line.isEmpty()) {
        line.add(chunks.remove());
      }
      return;
    }
    String word = chunks.remove();
    int end = word.offsetByCodePoints(0, left);
    int hyphen = breakHyphens ? word.lastIndexOf('-', end - 1) : -1;
    boolean atHyphen = hyphen > 0 && !word.substring(0, hyphen).matches("-*");
    end = atHyphen ? hyphen + 1 : end;
    line.add(word.substring(0, end));
    chunks.push(word.substring(end));
  }
}
