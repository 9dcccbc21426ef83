package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Digits;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Strings;
import io.directord.jinja.value.Types;
import io.directord.jinja.value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;

/** Filters about numbers. */
public final class NumberFilters {

  private static final String REAL =
      "[-+]?([\\p{Nd}_]++\\.?[\\p{Nd}_]*+|\\.[\\p{Nd}_]++)(e[-+]?[\\p{Nd}_]++)?";

  /** More than a double has. */
  private static final int MAX_PLACES = 1100;

  private NumberFilters() {}

  public static void register(Map<String, FilterFunction> all) {
    all.put("int", NumberFilters::toInt);
    all.put("float", NumberFilters::toFloat);
    all.put("abs", NumberFilters::abs);
    all.put("filesizeformat", NumberFilters::fileSize);
    all.put("round", NumberFilters::round);
  }

  private static Object abs(Object value, Arguments arguments) {
    arguments.bind("abs");
    Undefined.refuse(value);
    if (!Numbers.isNumeric(value)) {
      throw new TemplateException("bad operand type for abs(): '" + Types.of(value) + "'");
    }
    return value instanceof Double number
        ? (Object) Math.abs(number)
        : Numbers.of(Numbers.big(value).abs());
  }

  private static Object fileSize(Object value, Arguments arguments) {
    boolean binary = Arguments.flag(arguments.bind("filesizeformat", "binary?")[0], false);
    double bytes = bytes(value);
    int base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return "1 Byte";
    }
    if (bytes < base) {
      return (long) bytes + " Bytes";
    }
    String prefixes = binary ? "KMGTPEZY" : "kMGTPEZY";
    int prefix = 0;
    BigDecimal exact = new BigDecimal(Double.isFinite(bytes) ? bytes : Double.MAX_VALUE);
    BigDecimal unit = new BigDecimal(base);
    BigDecimal next = unit.multiply(unit);
    while (prefix < prefixes.length() - 1 && exact.compareTo(next) >= 0) {
      unit = next;
      next = unit.multiply(new BigDecimal(base));
      prefix++;
    }
    double shown = base * bytes / next.doubleValue();
    return Digits.fixed(shown, 1) + " " + prefixes.charAt(prefix) + (binary ? "iB" : "B");
  }

  private static double bytes(Object value) {
    Undefined.refuse(value);
    if (Numbers.isNumeric(value)) {
      return Numbers.real(value);
    }
    try {
      return real(Arguments.string(value));
    } catch (NumberFormatException e) {
      throw new TemplateException("could not convert string to float: " + PythonValues.repr(value));
    }
  }

  private static Object toInt(Object value, Arguments arguments) {
    Object[] given = arguments.bind("int", "default?", "base?");
    Undefined.refuse(value);
    Object otherwise = Arguments.or(given[0], 0L);
    try {
      if (Numbers.isInteger(value)) {
        return Numbers.of(Numbers.big(value));
      }
      if (value instanceof String text) {
        return integer(text, Arguments.number(given[1], 10));
      }
      return value instanceof Double number && !number.isNaN() ? Numbers.whole(number) : otherwise;
    } catch (NumberFormatException e) {
      return value instanceof String text ? whole(text, otherwise) : otherwise;
    }
  }

  private static Object whole(String text, Object otherwise) {
    try {
      double real = real(text);
      return Double.isNaN(real) ? otherwise : Numbers.whole(real);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static Object integer(String written, int base) {
    String text = Strings.strip(written, null, true, true).toLowerCase(Locale.ROOT);
    String sign = text.startsWith("-") || text.startsWith("+") ? text.substring(0, 1) : "";
    String digits = text.substring(sign.length());
    int named = digits.startsWith("0x") ? 16 : digits.startsWith("0o") ? 8 : 2;
    boolean prefixed = digits.startsWith("0b") || named != 2;
    if (prefixed && (base == named || base == 0)) {
      digits = digits.substring(digits.startsWith("_", 2) ? 3 : 2);
    } else if (base == 0 && digits.matches("0[0_]*+[^0_].*+")) {
      throw new NumberFormatException(written);
    }
    boolean grouped = digits.endsWith("_") || digits.startsWith("_") || digits.contains("__");
    if (grouped || !digits.matches("[\\p{Nd}a-z_]++")) {
      throw new NumberFormatException(written);
    }
    int radix = base != 0 ? base : prefixed ? named : 10;
    BigInteger number = Numbers.parse(digits.replace("_", ""), radix);
    return Numbers.of(sign.equals("-") ? number.negate() : number);
  }

  private static Object toFloat(Object value, Arguments arguments) {
    Object otherwise = Arguments.or(arguments.bind("float", "default?")[0], 0.0);
    Undefined.refuse(value);
    if (Numbers.isNumeric(value)) {
      return Numbers.real(value);
    }
    try {
      return value instanceof String text ? (Object) real(text) : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static double real(String written) {
    String text = Strings.strip(written, null, true, true).toLowerCase(Locale.ROOT);
    switch (text) {
      case "inf", "+inf", "infinity", "+infinity":
        return Double.POSITIVE_INFINITY;
      case "-inf", "-infinity":
        return Double.NEGATIVE_INFINITY;
      case "nan", "+nan", "-nan":
        return Double.NaN;
      default:
        boolean grouped = text.matches("(?s).*_([^\\p{Nd}].*)?|(.*[^\\p{Nd}])?_.*");
        if (grouped || !text.matches(REAL)) {
          throw new NumberFormatException(written);
        }
        StringBuilder digits = new StringBuilder();
        text.replace("_", "")
            .codePoints()
            .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
            .forEach(digits::appendCodePoint);
        return Double.parseDouble(digits.toString());
    }
  }

  private static Object round(Object value, Arguments arguments) {
    Object[] given = arguments.bind("round", "precision?", "method?");
    Undefined.refuse(value);
    int digits = Math.max(-MAX_PLACES, Math.min(MAX_PLACES, Arguments.number(given[0], 0)));
    String method = Arguments.text(given[1], "common");
    Budget.step(Math.abs(digits) >> 3);
    if (!Numbers.isNumeric(value)) {
      throw new TemplateException("type " + Types.of(value) + " doesn't define __round__ method");
    }
    switch (method) {
      case "common":
        return nearest(value, digits);
      case "ceil":
        return (Math.ceil(Numbers.real(value) * Math.pow(10, digits)) + 0.0) / Math.pow(10, digits);
      case "floor":
        return (Math.floor(Numbers.real(value) * Math.pow(10, digits)) + 0.0)
            / Math.pow(10, digits);
      default:
        throw new TemplateException("method must be common, ceil or floor");
    }
  }

  private static Object nearest(Object value, int digits) {
    if (Numbers.isInteger(value)) {
      BigDecimal number = new BigDecimal(Numbers.big(value));
      return digits >= 0
          ? Numbers.of(Numbers.big(value))
          : Numbers.of(number.setScale(digits, RoundingMode.HALF_EVEN).toBigInteger());
    }
    double number = Numbers.real(value);
    if (!Double.isFinite(number)) {
      return number;
    }
    double rounded = new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).doubleValue();
    return Math.copySign(rounded, number);
  }
}
