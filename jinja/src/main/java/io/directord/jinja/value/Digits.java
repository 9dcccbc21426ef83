package io.directord.jinja.value;

import io.directord.jinja.limit.Budget;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as digits, in the kinds that Python's formats name by letters. */
public final class Digits {
  private static final int DEFAULT = 6;

  /** More digits than a float has after its point. */
  private static final int MAX_PLACES = 1100;

  private Digits() {}

  /** An integer, with a minus if it is less than 0. */
  static String integer(BigInteger value, String kind) {
    return switch (kind) {
      case "x" -> value.toString(16);
      case "X" -> value.toString(16).toUpperCase(Locale.ROOT);
      case "o" -> value.toString(8);
      case "b" -> value.toString(2);
      default -> Numbers.decimal(value);
    };
  }

  /**
   * A float, with a minus if it is less than 0.
   *
   * @param precision -1 where none is given
   * @param point whether there is always a decimal point, and every digit after it
   */
  static String real(double value, String kind, int precision, boolean point) {
    if (!Double.isFinite(value) || kind.isEmpty() && precision < 0) {
      String text = Numbers.text(value);
      String percent = kind.equals("%") ? "%" : "";
      boolean upper = !kind.equals(kind.toLowerCase(Locale.ROOT));
      return (upper ? text.toUpperCase(Locale.ROOT) : text) + percent;
    }
    int digits = precision < 0 ? DEFAULT : precision;
    Budget.step(digits >> 2);
    int most = Math.max(1, digits);
    return switch (kind) {
      case "e", "E" -> exponent(value, digits, point, kind);
      case "g" -> general(value, most, most, point);
      case "G" -> general(value, most, most, point).toUpperCase(Locale.ROOT);
      case "" -> decimal(general(value, most, most - 1, point));
      case "%" -> fixed(value * 100, digits) + (point && digits == 0 ? "." : "") + "%";
      default -> fixed(value, digits) + (point && digits == 0 ? "." : "");
    };
  }

  /** With so many digits after the point. */
  public static String fixed(double value, int digits) {
    int exact = Math.min(digits, MAX_PLACES);
    BigDecimal rounded = new BigDecimal(value).setScale(exact, RoundingMode.HALF_EVEN);
    String text = rounded.toPlainString() + "0".repeat(digits - exact);
    boolean minus = Double.doubleToRawLongBits(value) < 0 && !text.startsWith("-");
    return minus ? "-" + text : text;
  }

  private static String exponent(double value, int digits, boolean point, String kind) {
    String text = String.format(Locale.ROOT, "%" + (point ? "#" : "") + "." + digits + "e", value);
    return kind.equals("E") ? text.toUpperCase(Locale.ROOT) : text;
  }

  /**
   * @param most how many digits count
   * @param limit from which exponent on it is shown
   */
  private static String general(double value, int most, int limit, boolean point) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(most, RoundingMode.HALF_EVEN));
    boolean zero = rounded.signum() == 0;
    int exponent = zero ? 0 : rounded.precision() - rounded.scale() - 1;
    if (exponent < -4 || exponent >= limit) {
      String text = exponent(value, most - 1, point, "e");
      int e = text.indexOf('e');
      return point ? text : stripped(text.substring(0, e)) + text.substring(e);
    }
    String text = fixed(value, Math.max(0, most - 1 - exponent));
    return !point ? stripped(text) : text.indexOf('.') < 0 ? text + "." : text;
  }

  private static String stripped(String digits) {
    return digits.indexOf('.') < 0 ? digits : digits.replaceFirst("\\.?0*$", "");
  }

  private static String decimal(String digits) {
    boolean whole = digits.indexOf('.') < 0 && digits.indexOf('e') < 0;
    return whole ? digits + ".0" : digits;
  }
}
