package io.directord.common.target;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares values of labels and facts: two numbers as numbers, also with K, M, G or T behind them
 * (times 1024 each; GB and GiB are the same as G), all else as versions.
 */
final class Quantity {
  private static final String UNITS = "KMGT";
  private static final Pattern NUMBER =
      Pattern.compile("(\\d+(?:\\.\\d+)?)([KMGT]|(?i:[KMGT]i?B))?");

  /** Numbers with more characters are compared as versions. */
  private static final int MAX_CHARACTERS = 30;

  private Quantity() {}

  /**
   * Whether these two are compared as numbers: whole ones, or one has a unit. Two of the form 1.10
   * may be versions, and are compared as such.
   */
  static boolean areNumbers(String a, String b) {
    return number(a) != null
        && number(b) != null
        && (isWhole(a) && isWhole(b) || hasUnit(a) || hasUnit(b));
  }

  /** Whether one can be above the other: a number or version never is above a word. */
  static boolean areComparable(String a, String b) {
    List<String> left = pieces(a);
    List<String> right = pieces(b);
    return !left.isEmpty()
        && !right.isEmpty()
        && isDigit(left.get(0).charAt(0)) == isDigit(right.get(0).charAt(0));
  }

  static int compare(String a, String b) {
    return areNumbers(a, b) ? number(a).compareTo(number(b)) : versions(a, b);
  }

  private static boolean isWhole(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean hasUnit(String text) {
    return !isDigit(text.charAt(text.length() - 1));
  }

  /** Null if it is not a number. */
  private static BigDecimal number(String text) {
    Matcher number = NUMBER.matcher(text);
    if (text.length() > MAX_CHARACTERS || !number.matches()) {
      return null;
    }
    BigDecimal value = new BigDecimal(number.group(1));
    if (number.group(2) == null) {
      return value;
    }
    int power = UNITS.indexOf(Character.toUpperCase(number.group(2).charAt(0))) + 1;
    return value.multiply(BigDecimal.valueOf(1L << (10 * power)));
  }

  /**
   * Digits are compared as numbers and letters as text; what stands between them only separates. A
   * version is above its own beginning, 12.1 above 12, unless it goes on with letters, as 2.0rc1
   * does, which comes before 2.0.
   */
  private static int versions(String a, String b) {
    List<String> left = pieces(a);
    List<String> right = pieces(b);
    int both = Math.min(left.size(), right.size());
    for (int i = 0; i < both; i++) {
      int compared = piece(left.get(i), right.get(i));
      if (compared != 0) {
        return compared;
      }
    }
    if (left.size() == right.size()) {
      return 0;
    }
    boolean more = left.size() > right.size();
    boolean before = !isDigit((more ? left : right).get(both).charAt(0));
    return more ^ before ? 1 : -1;
  }

  private static int piece(String a, String b) {
    boolean numbers = isDigit(a.charAt(0));
    if (numbers != isDigit(b.charAt(0))) {
      return numbers ? 1 : -1;
    }
    return numbers ? new BigInteger(a).compareTo(new BigInteger(b)) : a.compareTo(b);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Runs of digits and runs of letters. */
  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int from = at;
      boolean digits = isDigit(text.charAt(at));
      while (at < text.length()
          && (digits ? isDigit(text.charAt(at)) : isLetter(text.charAt(at)))) {
        at++;
      }
      if (at == from) {
        at++;
      } else {
        pieces.add(text.substring(from, at));
      }
    }
    return pieces;
  }

  private static boolean isLetter(char c) {
    return Character.isLetter(c) && !isDigit(c);
  }
}
