package io.directord.common.target;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression for names, matched in time proportional to its size and the name's length,
 * whatever it is: RE2's syntax, which has neither back references nor look-around.
 */
public final class NameRegex {
  /** Characters, times the numbers in braces, since {@code a{100}} takes as much as 100 of it. */
  static final int MAX_SIZE = 300;

  private final String written;
  private final Pattern pattern;

  private NameRegex(String written, Pattern pattern) {
    this.written = written;
    this.pattern = pattern;
  }

  /**
   * @param column of its first character, behind the tilde
   */
  static NameRegex parse(String written, int column) throws TargetException {
    if (written.isEmpty()) {
      throw new TargetException(column, "a regular expression is expected after ~, as ~^db-\\d+$");
    }
    if (size(written) > MAX_SIZE) {
      throw new TargetException(
          column,
          "this regular expression is too large: its length times the numbers in braces may be "
              + MAX_SIZE
              + " at most");
    }
    try {
      return new NameRegex(written, Pattern.compile(written));
    } catch (PatternSyntaxException e) {
      String part = e.getPattern() == null ? "" : e.getPattern();
      int at = part.isEmpty() ? 0 : Math.max(0, written.indexOf(part));
      throw new TargetException(
          column + at, "not a regular expression: " + e.getDescription() + ": " + part);
    }
  }

  private static long size(String written) {
    long size = written.length();
    for (int at = written.indexOf('{'); at >= 0; at = written.indexOf('{', at + 1)) {
      long most = 1;
      long number = 0;
      for (int i = at + 1; i < written.length() && written.charAt(i) != '}'; i++) {
        int digit = Character.digit(written.charAt(i), 10);
        number = digit < 0 ? 0 : Math.min(MAX_SIZE + 1L, number * 10 + digit);
        most = Math.max(most, number);
      }
      size = Math.min(MAX_SIZE + 1L, size * most);
    }
    return size;
  }

  /** Whether it is found in the name. */
  public boolean isIn(String name) {
    return pattern.matcher(name).find();
  }

  /** Its size, for a limit on those of an expression together. */
  int size() {
    return (int) size(written);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NameRegex regex && regex.written.equals(written);
  }

  @Override
  public int hashCode() {
    return written.hashCode();
  }

  @Override
  public String toString() {
    return written;
  }
}
