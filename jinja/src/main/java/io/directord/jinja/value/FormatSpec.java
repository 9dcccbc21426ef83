package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How Python formats a value.
 *
 * @param align one of {@code < > ^ =}
 * @param prefixed whether {@code 0x} and the like stand before the digits
 * @param precision -1 where there is none
 * @param kind a letter or {@code %}, or empty
 */
public record FormatSpec(
    String filler,
    String align,
    String sign,
    int width,
    boolean prefixed,
    String grouping,
    int precision,
    String kind) {
  private static final Pattern PERCENT =
      Pattern.compile(
          "%(?:\\(([^)]*)\\))?([-+ 0#]*)(\\d{1,4}|\\*)?(?:\\.(\\d{1,4}|\\*))?(.|$)",
          Pattern.DOTALL);
  private static final Pattern BRACES =
      Pattern.compile(
          "\\{\\{|}}"
              + "|\\{(\\w*)([.\\[][^{}!:]*)?(?:!([ras]))?(?::((?:[^{}]++|\\{[^{}]*+}){0,9}+))?}|[{}]");
  private static final Pattern PATH = Pattern.compile("\\.(\\w+)|\\[([^\\]]*)]");
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\\d{1,4})?([,_])?(?:\\.(\\d{1,4}))?"
              + "([bcdeEfFgGnosxX%])?",
          Pattern.DOTALL);

  private static final int MAX_SIZE = 9999;

  /** {@code format % values}. */
  public static String percent(String format, Object values) {
    Iterator<?> given = (values instanceof Tuple tuple ? tuple : Tuple.of(values)).iterator();
    boolean mapping = values instanceof Map || values instanceof List && !(values instanceof Tuple);
    String out = replaced(PERCENT.matcher(format), field -> percent(field, given, values));
    if (given.hasNext() && !mapping) {
      throw new TemplateException("not all arguments converted during string formatting");
    }
    return out;
  }

  private static String percent(Matcher field, Iterator<?> given, Object values) {
    String kind = field.group(5);
    if (kind.equals("%")) {
      return "%";
    }
    if (kind.isEmpty() || "diouxXeEfFgGcras".indexOf(kind.charAt(0)) < 0) {
      throw new TemplateException("unsupported format character " + PythonValues.repr(kind));
    }
    Integer width = size(field.group(3), given, 0);
    int precision = size(field.group(4), given, -1);
    if (field.group(1) == null && !given.hasNext()) {
      throw new TemplateException("not enough arguments for format string");
    }
    Object value =
        field.group(1) == null ? given.next() : Items.get(PythonValues.map(values), field.group(1));
    boolean text = "rasc".contains(kind);
    if (!text && !Numbers.isNumeric(value)) {
      throw new TemplateException(
          "%" + kind + " format: a number is required, not " + Types.of(value));
    }
    boolean whole = "diu".contains(kind) && value instanceof Double;
    Object shown =
        switch (kind) {
          case "r", "a" -> PythonValues.repr(value);
          case "c" -> character(value);
          case "s" -> PythonValues.text(value);
          default -> value;
        };
    String flags = field.group(2) + (width < 0 ? "-" : "");
    boolean zeros = flags.contains("0") && !flags.contains("-") && !text;
    return new FormatSpec(
            zeros ? "0" : " ",
            flags.contains("-") ? "<" : zeros ? "=" : ">",
            flags.contains("+") ? "+" : flags.contains(" ") ? " " : "-",
            Math.abs(width),
            flags.contains("#"),
            "",
            precision,
            text ? "s" : "iu".contains(kind) ? "d" : kind)
        .of(whole ? (Object) ((Double) value).longValue() : shown);
  }

  private static String character(Object value) {
    if (value instanceof String text && Strings.length(text) == 1) {
      return text;
    }
    if (Numbers.isInteger(value) && Character.isValidCodePoint(Numbers.index(value))) {
      return Character.toString(Numbers.index(value));
    }
    throw new TemplateException("%c requires int or char");
  }

  /** A size as it is written, or for a star the next value. */
  private static int size(String written, Iterator<?> given, int otherwise) {
    if (!"*".equals(written)) {
      return size(written, otherwise);
    }
    if (!given.hasNext()) {
      throw new TemplateException("not enough arguments for format string");
    }
    int size = Numbers.index(given.next());
    if (Math.abs((long) size) > MAX_SIZE) {
      throw new TemplateException("a width in a format is at most " + MAX_SIZE);
    }
    return size;
  }

  /** {@code format.format(...)}. */
  public static Object braces(String format, Arguments given) {
    int[] next = new int[1];
    return replaced(BRACES.matcher(format), field -> braces(field, given, next));
  }

  private static String braces(Matcher field, Arguments given, int[] next) {
    String found = field.group();
    if (found.equals("{{") || found.equals("}}")) {
      return found.substring(1);
    }
    if (found.length() == 1) {
      throw new TemplateException("Single '" + found + "' encountered in format string");
    }
    String name = field.group(1);
    boolean place = name.isEmpty() || name.matches("\\d{1,4}");
    Object from = place ? Tuple.of(given.positional()) : given.named();
    Object key = !place ? name : name.isEmpty() ? Long.valueOf(next[0]++) : Numbers.literal(name);
    Object value = Items.get(from, key);
    Undefined.refuse(value);
    Matcher path = PATH.matcher(field.group(2) == null ? "" : field.group(2));
    while (path.find()) {
      String part = path.group(2);
      value =
          part == null
              ? Items.attribute(value, path.group(1))
              : Items.get(value, part.matches("\\d+") ? Numbers.literal(part) : part);
    }
    String conversion = field.group(3) == null ? "" : field.group(3);
    value =
        switch (conversion) {
          case "r", "a" -> PythonValues.repr(value);
          case "s" -> PythonValues.text(value);
          default -> value;
        };
    String spec =
        field.group(4) == null
            ? null
            : replaced(BRACES.matcher(field.group(4)), inner -> braces(inner, given, next));
    return spec == null || spec.isEmpty() ? PythonValues.text(value) : parse(spec).of(value);
  }

  private static String replaced(Matcher fields, java.util.function.Function<Matcher, String> by) {
    StringBuilder out = new StringBuilder();
    while (fields.find()) {
      String shown = by.apply(fields);
      Budget.text((long) out.length() + shown.length());
      fields.appendReplacement(out, Matcher.quoteReplacement(shown));
    }
    return fields.appendTail(out).toString();
  }

  private static FormatSpec parse(String written) {
    Matcher spec = SPEC.matcher(written);
    if (!spec.matches()) {
      throw new TemplateException("Invalid format specifier '" + written + "'");
    }
    boolean zeros = spec.group(5) != null && spec.group(2) == null;
    return new FormatSpec(
        spec.group(1) != null ? spec.group(1) : zeros ? "0" : " ",
        zeros ? "=" : or(spec.group(2), ""),
        or(spec.group(3), "-"),
        size(spec.group(6), 0),
        spec.group(4) != null,
        or(spec.group(7), ""),
        size(spec.group(8), -1),
        or(spec.group(9), "").replace('n', 'd'));
  }

  private static String or(String found, String otherwise) {
    return found == null ? otherwise : found;
  }

  private static int size(String digits, int otherwise) {
    return digits == null ? otherwise : Integer.parseInt(digits);
  }

  public String of(Object value) {
    boolean text = kind.equals("s") || kind.isEmpty() && value instanceof Boolean;
    if (text || !Numbers.isNumeric(value)) {
      return text(PythonValues.text(value));
    }
    if (kind.equals("c")) {
      return padded(character(value), 0);
    }
    boolean real = value instanceof Double || !kind.isEmpty() && "eEfFgG%".contains(kind);
    String digits = real ? real(Numbers.real(value)) : integer(Numbers.big(value));
    boolean negative = digits.startsWith("-");
    String front = (negative ? "-" : sign.equals("-") ? "" : sign) + (real ? "" : prefix());
    String all = grouped(negative ? digits.substring(1) : digits);
    return align.equals("=")
        ? front + Strings.pad(all, width - front.length(), filler, 1)
        : padded(front + all, 1);
  }

  private String text(String value) {
    if (!kind.isEmpty() && !kind.equals("s")) {
      throw new TemplateException("Unknown format code '" + kind + "' for object of type 'str'");
    }
    boolean cut = precision >= 0 && precision < Strings.length(value);
    return padded(cut ? value.substring(0, value.offsetByCodePoints(0, precision)) : value, 0);
  }

  private String padded(String value, double otherwise) {
    double share =
        align.equals("<") ? 0 : align.equals("^") ? 0.5 : align.equals(">") ? 1 : otherwise;
    return Strings.pad(value, width, filler, share);
  }

  private String prefix() {
    return prefixed && !kind.isEmpty() && "xXob".contains(kind) ? "0" + kind : "";
  }

  private String integer(BigInteger value) {
    return switch (kind) {
      case "x" -> value.toString(16);
      case "X" -> value.toString(16).toUpperCase(Locale.ROOT);
      case "o" -> value.toString(8);
      case "b" -> value.toString(2);
      default -> value.toString();
    };
  }

  private String real(double value) {
    int digits = precision < 0 ? 6 : precision;
    if (!Double.isFinite(value) || kind.isEmpty() && precision < 0) {
      return Numbers.text(value);
    }
    return switch (kind) {
      case "e", "E" -> String.format(Locale.ROOT, "%." + digits + kind, value);
      case "G" -> general(value, Math.max(1, digits)).toUpperCase(Locale.ROOT);
      case "g", "" -> general(value, Math.max(1, digits));
      case "%" -> fixed(value * 100, digits) + "%";
      default -> fixed(value, digits);
    };
  }

  /** Formats with that many digits after the point. */
  public static String fixed(double value, int digits) {
    String text = new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return value < 0 && !text.startsWith("-") ? "-" + text : text;
  }

  private String general(double value, int digits) {
    MathContext context = new MathContext(digits, RoundingMode.HALF_EVEN);
    BigDecimal rounded = new BigDecimal(value).round(context).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (value == 0 || exponent >= -4 && exponent < digits) {
      return value == 0 ? "0" : rounded.toPlainString();
    }
    String mantissa = rounded.scaleByPowerOfTen(-exponent).toPlainString();
    return mantissa + String.format(exponent < 0 ? "e-%02d" : "e+%02d", Math.abs(exponent));
  }

  /** Inserts the group separator between every three digits before the point. */
  private String grouped(String digits) {
    if (grouping.isEmpty()) {
      return digits;
    }
    int end = 0;
    while (end < digits.length() && Character.isDigit(digits.charAt(end))) {
      end++;
    }
    StringBuilder out = new StringBuilder(digits);
    for (int place = end - 3; place > 0; place -= 3) {
      out.insert(place, grouping);
    }
    return out.toString();
  }
}
