package io.directord.common.api;

import io.directord.common.validation.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Some lines of an output.
 *
 * @param first number of the first line, from 1; negative to count from the end, -1 being the last
 * @param last number of the last line
 */
public record LineRange(int first, int last) {
  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,8}");
  private static final Pattern LINES = Pattern.compile("([1-9]\\d{0,8})?:([1-9]\\d{0,8})?");

  /** All lines. */
  public static final LineRange ALL = new LineRange(1, Integer.MAX_VALUE);

  /** The last lines. */
  public static LineRange tail(int count) {
    return new LineRange(-count, Integer.MAX_VALUE);
  }

  /** The first lines. */
  public static LineRange head(int count) {
    return new LineRange(1, count);
  }

  /**
   * The range that was written; all lines if nothing was.
   *
   * @param tail number of last lines, or null
   * @param head number of first lines, or null
   * @param lines the first and the last one, such as {@code 10:20}, of which one may be missing; or
   *     null
   * @throws IllegalArgumentException with a message for people
   */
  public static LineRange of(String tail, String head, String lines) {
    if (Stream.of(tail, head, lines).filter(given -> given != null).count() > 1) {
      throw new IllegalArgumentException("only one of tail, head and lines can be given");
    }
    if (tail != null) {
      return tail(number("tail", tail));
    }
    if (head != null) {
      return head(number("head", head));
    }
    return lines == null ? ALL : ofLines(lines);
  }

  private static int number(String name, String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new IllegalArgumentException(
          name + ": a number of lines from 1 is expected, not " + Quoted.of(text));
    }
    return Integer.parseInt(text);
  }

  private static LineRange ofLines(String lines) {
    Matcher range = LINES.matcher(lines);
    if (!range.matches() || lines.equals(":")) {
      throw new IllegalArgumentException(
          "lines: the first and the last line are expected, such as 10:20, not "
              + Quoted.of(lines));
    }
    int first = range.group(1) == null ? 1 : Integer.parseInt(range.group(1));
    int last = range.group(2) == null ? Integer.MAX_VALUE : Integer.parseInt(range.group(2));
    if (last < first) {
      throw new IllegalArgumentException(
          "lines: the last line is before the first in " + Quoted.of(lines));
    }
    return new LineRange(first, last);
  }

  /** What the text has of these lines. */
  public Part of(String text) {
    int count = count(text);
    int from = first < 0 ? Math.max(1, count + 1 + first) : first;
    int to = Math.min(last, count);
    if (from > to) {
      return new Part("", new Lines(0, 0, count));
    }
    int begin = skip(text, 0, from - 1);
    return new Part(
        text.substring(begin, skip(text, begin, to - from + 1)), new Lines(from, to, count));
  }

  private static int count(String text) {
    int lines = 0;
    for (int at = 0; at < text.length(); at = skip(text, at, 1)) {
      lines++;
    }
    return lines;
  }

  /** The place after so many lines. */
  private static int skip(String text, int from, int lines) {
    int at = from;
    for (int i = 0; i < lines && at < text.length(); i++) {
      int end = text.indexOf('\n', at);
      at = end < 0 ? text.length() : end + 1;
    }
    return at;
  }

  /** A part of a text. */
  public record Part(String text, Lines lines) {}

  /**
   * Which lines of an output are shown.
   *
   * @param from number of the first, from 1; 0 if none is
   * @param to number of the last
   * @param of number of all that are kept
   */
  public record Lines(int from, int to, int of) {}
}
