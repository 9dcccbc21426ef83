package io.directord.common.target;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern of names or values: {@code *} stands for any characters, {@code ?} for one, {@code
 * [01:20]} for the numbers of a range, and all else for itself. Matching takes time proportional to
 * the pattern and the text, whatever the pattern.
 *
 * @param written as it was written
 */
public record NamePattern(String written, List<Part> parts) {
  /** A number that a name may have in a range. */
  static final int MAX_DIGITS = 9;

  /** A part of a pattern. */
  public sealed interface Part {}

  /** Any characters, or none. */
  record Any() implements Part {}

  /** One character. */
  record One() implements Part {}

  /** These characters. */
  record Literal(String text) implements Part {}

  /** A number in one of these ranges. */
  record Numbers(List<Range> ranges) implements Part {}

  /**
   * @param width how many digits the number has at least, with zeros before it
   */
  record Range(int low, int high, int width) {
    boolean has(String digits) {
      boolean padded = digits.length() > 1 && digits.charAt(0) == '0';
      if (digits.length() < width || padded && digits.length() != width) {
        return false;
      }
      int number = Integer.parseInt(digits);
      return low <= number && number <= high;
    }
  }

  /** Whether a text has characters by which it is a pattern rather than itself. */
  static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /** A pattern for {@code *} and {@code ?} alone, as values have it. */
  public static NamePattern ofValue(String text) {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (c == '*' || c == '?') {
        flush(literal, parts);
        parts.add(c == '*' ? new Any() : new One());
      } else {
        literal.append(c);
      }
    }
    flush(literal, parts);
    return new NamePattern(text, List.copyOf(parts));
  }

  /**
   * A pattern of names.
   *
   * @param column of its first character in the expression
   */
  static NamePattern parse(String text, int column) throws TargetException {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '*' || c == '?') {
        flush(literal, parts);
        parts.add(c == '*' ? new Any() : new One());
      } else if (c == '[') {
        flush(literal, parts);
        int end = text.indexOf(']', at);
        if (end < 0) {
          throw new TargetException(column + at, "the ] of this [ is missing");
        }
        parts.add(numbers(text.substring(at + 1, end), column + at + 1));
        at = end;
      } else {
        literal.append(c);
      }
    }
    flush(literal, parts);
    return new NamePattern(text, List.copyOf(parts));
  }

  private static void flush(StringBuilder literal, List<Part> parts) {
    if (!literal.isEmpty()) {
      parts.add(new Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  private static Numbers numbers(String inside, int column) throws TargetException {
    List<Range> ranges = new ArrayList<>();
    int at = column;
    for (String item : inside.split(",", -1)) {
      ranges.add(range(item, at));
      at += item.length() + 1;
    }
    return new Numbers(List.copyOf(ranges));
  }

  private static Range range(String item, int column) throws TargetException {
    String[] ends = item.split("[:-]", -1);
    if (ends.length > 2) {
      throw noRange(column);
    }
    int low = number(ends[0], column);
    int high = ends.length == 1 ? low : number(ends[1], column + ends[0].length() + 1);
    if (high < low) {
      throw new TargetException(column, "this range ends before it begins: " + item);
    }
    boolean padded = ends[0].length() > 1 && ends[0].charAt(0) == '0';
    return new Range(low, high, padded ? ends[0].length() : 0);
  }

  private static int number(String digits, int column) throws TargetException {
    if (digits.isEmpty() || digits.chars().anyMatch(c -> c < '0' || c > '9')) {
      throw noRange(column);
    }
    if (digits.length() > MAX_DIGITS) {
      throw new TargetException(
          column, "a number of a range has at most " + MAX_DIGITS + " digits");
    }
    return Integer.parseInt(digits);
  }

  private static TargetException noRange(int column) {
    return new TargetException(column, "numbers are expected in [ ], as in web-[01:20]");
  }

  /** The characters with which every such name begins. */
  public String literalBeginning() {
    return !parts.isEmpty() && parts.get(0) instanceof Literal literal ? literal.text() : "";
  }

  /** Whether the whole text has this form. */
  public boolean matches(String text) {
    BitSet reached = new BitSet(text.length() + 1);
    reached.set(0);
    for (Part part : parts) {
      reached = after(part, text, reached);
      if (reached.isEmpty()) {
        return false;
      }
    }
    return reached.get(text.length());
  }

  private static BitSet after(Part part, String text, BitSet reached) {
    BitSet next = new BitSet(text.length() + 1);
    if (part instanceof Any) {
      next.set(reached.nextSetBit(0), text.length() + 1);
      return next;
    }
    for (int at = reached.nextSetBit(0); at >= 0; at = reached.nextSetBit(at + 1)) {
      if (part instanceof One && at < text.length()) {
        next.set(at + 1);
      } else if (part instanceof Literal literal && text.startsWith(literal.text(), at)) {
        next.set(at + literal.text().length());
      } else if (part instanceof Numbers numbers) {
        number(numbers, text, at, next);
      }
    }
    return next;
  }

  /** A number ends where no digit follows, so that {@code web-[1:2]*} does not match web-12. */
  private static void number(Numbers numbers, String text, int from, BitSet next) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    if (end == from || end - from > MAX_DIGITS) {
      return;
    }
    String digits = text.substring(from, end);
    if (numbers.ranges().stream().anyMatch(range -> range.has(digits))) {
      next.set(end);
    }
  }
}
