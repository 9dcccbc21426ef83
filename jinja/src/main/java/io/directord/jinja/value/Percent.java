package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;
import java.math.BigInteger;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code format % values}. */
public final class Percent {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\(((?:[^()]|\\([^()]*+\\))*+)\\))?([-+ 0#]*+)(\\d++|\\*)?(?:\\.(\\*|\\d*+))?[hlL]?(.|$)",
          Pattern.DOTALL);

  private final String format;
  private final Matcher field;
  private final Object values;
  private Iterator<?> given;

  private Percent(String format, Object values) {
    this.format = format;
    this.field = FIELD.matcher(format);
    this.values = values;
    this.given = (values instanceof Tuple tuple ? tuple : Tuple.of(values)).iterator();
  }

  public static String format(String format, Object values) {
    return new Percent(format, values).all();
  }

  private String all() {
    Output out = new Output();
    int from = 0;
    while (field.find()) {
      out.add(format.substring(from, field.start()));
      out.add(field.group().equals("%%") ? "%" : shown(field.group(5)));
      from = field.end();
    }
    boolean elements = values instanceof List && !(values instanceof Tuple);
    boolean mapping = elements || values instanceof Map || values instanceof Undefined;
    if (given.hasNext() && !mapping) {
      throw new TemplateException("not all arguments converted during string formatting");
    }
    out.add(format.substring(from));
    return out.end();
  }

  private String shown(String kind) {
    if (kind.isEmpty()) {
      throw new TemplateException("incomplete format");
    }
    int width = size(field.group(3), 0);
    String written = field.group(4);
    int precision = written == null ? -1 : size(written, 0);
    Object value = value();
    String flags = field.group(2) + (width < 0 ? "-" : "");
    return switch (kind) {
      case "r" -> text(PythonValues.repr(value), precision, flags, width);
      case "a" -> text(Strings.ascii(PythonValues.repr(value)), precision, flags, width);
      case "s" -> text(PythonValues.text(value), precision, flags, width);
      case "c" -> text(FormatSpec.character(value), -1, flags, width);
      case "d", "i", "u" -> number(decimal(value, kind, precision), "", flags, width);
      case "x", "X", "o" -> number(integer(value, kind, precision), "0" + kind, flags, width);
      case "e", "E", "f", "F", "g", "G" ->
          number(real(value, kind, precision, flags), "", flags, width);
      default ->
          throw new TemplateException(
              "unsupported format character '" + kind + "' at index " + (field.end() - 1));
    };
  }

  /** A size as it is written, or for a star the next value. */
  private int size(String written, int otherwise) {
    if (!"*".equals(written)) {
      return FormatSpec.size(written, otherwise);
    }
    Object size = next();
    if (!Numbers.isInteger(size)) {
      throw new TemplateException("* wants int");
    }
    return FormatSpec.size(Numbers.index(size));
  }

  private Object next() {
    if (!given.hasNext()) {
      throw new TemplateException("not enough arguments for format string");
    }
    return given.next();
  }

  private Object value() {
    String name = field.group(1);
    if (name == null) {
      return next();
    }
    if (!(values instanceof Map)) {
      throw new TemplateException("format requires a mapping");
    }
    given = Collections.emptyIterator();
    return Items.get(values, name);
  }

  private static String text(String whole, int precision, String flags, int width) {
    boolean cut = precision >= 0 && precision < Strings.length(whole);
    String text = cut ? whole.substring(0, whole.offsetByCodePoints(0, precision)) : whole;
    return Strings.pad(text, Math.abs(width), " ", flags.contains("-") ? 0 : 1);
  }

  private static String number(String digits, String prefix, String flags, int width) {
    boolean negative = digits.startsWith("-");
    String sign = negative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    String front = sign + (flags.contains("#") ? prefix : "");
    String shown = negative ? digits.substring(1) : digits;
    return flags.contains("0") && !flags.contains("-")
        ? front + Strings.pad(shown, width - front.length(), "0", 1)
        : Strings.pad(front + shown, Math.abs(width), " ", flags.contains("-") ? 0 : 1);
  }

  private static String decimal(Object value, String kind, int precision) {
    refuse(!Numbers.isNumeric(value), "%" + kind + " format: a real number is required", value);
    Object whole = value instanceof Double number ? Numbers.whole(number) : value;
    return integer(whole, "d", precision);
  }

  private static String integer(Object value, String kind, int precision) {
    refuse(!Numbers.isInteger(value), "%" + kind + " format: an integer is required", value);
    BigInteger number = Numbers.big(value);
    String digits = Strings.pad(Digits.integer(number.abs(), kind), precision, "0", 1);
    return number.signum() < 0 ? "-" + digits : digits;
  }

  private static String real(Object value, String kind, int precision, String flags) {
    refuse(!Numbers.isNumeric(value), "must be real number", value);
    return Digits.real(Numbers.real(value), kind, precision, flags.contains("#"));
  }

  private static void refuse(boolean wrong, String message, Object value) {
    Undefined.refuse(value);
    if (wrong) {
      throw new TemplateException(message + ", not " + Types.of(value));
    }
  }
}
