package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How Python formats a value, as it is written behind the colon in {@code {:>8.2f}}.
 *
 * @param sign {@code +}, {@code -}, a space or empty
 * @param alternate whether {@code 0x} and the like stand before the digits, and a point in a float
 * @param grouping what stands between groups of digits, or empty
 * @param precision -1 where there is none
 * @param kind a letter or {@code %}, or empty
 */
record FormatSpec(
    Padding padding, String sign, boolean alternate, String grouping, int precision, String kind) {
  private static final Pattern WRITTEN =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?z?(#)?(0)?(\\d*)?([,_])?(?:\\.(\\d+))?([bcdeEfFgGnosxX%])?",
          Pattern.DOTALL);
  private static final int MAX_SIZE = 9999;

  /**
   * How a text is brought to a width.
   *
   * @param align one of {@code < > ^ =}, or empty for what is usual
   */
  private record Padding(String filler, String align, int width) {
    String around(String text, double usual) {
      double share =
          switch (align) {
            case "<" -> 0;
            case "^" -> 0.5;
            case "" -> usual;
            default -> 1;
          };
      return Strings.pad(text, width, filler, share);
    }
  }

  /**
   * @throws TemplateException if it is not a format
   */
  static FormatSpec parse(String written) {
    Matcher spec = WRITTEN.matcher(written);
    if (!spec.matches()) {
      throw new TemplateException("Invalid format specifier '" + written + "'");
    }
    boolean zeros = spec.group(5) != null;
    String filler = zeros ? "0" : " ";
    return new FormatSpec(
        new Padding(
            or(spec.group(1), filler), or(spec.group(2), zeros ? "0" : ""), size(spec.group(6), 0)),
        or(spec.group(3), ""),
        spec.group(4) != null,
        or(spec.group(7), ""),
        size(spec.group(8), -1),
        or(spec.group(9), ""));
  }

  private static String or(String found, String otherwise) {
    return found == null ? otherwise : found;
  }

  /** A width or precision as it is written, which must not be too large. */
  static int size(String digits, int otherwise) {
    if (digits == null || digits.isEmpty()) {
      return otherwise;
    }
    return size(digits.length() > 4 ? MAX_SIZE + 1 : Integer.parseInt(digits));
  }

  static int size(int size) {
    if (Math.abs((long) size) > MAX_SIZE) {
      throw new TemplateException("a width in a format is at most " + MAX_SIZE);
    }
    return size;
  }

  String of(Object value) {
    if (Markup.plain(value) instanceof String text) {
      return text(text);
    }
    if (!Numbers.isNumeric(value)) {
      throw new TemplateException(
          "unsupported format string passed to " + Types.of(value) + ".__format__");
    }
    boolean real = value instanceof Double;
    if (!kind.isEmpty() && !(real ? "eEfFgGn%" : "bcdeEfFgGnoxX%").contains(kind)) {
      throw unknown(value);
    }
    return real || !kind.isEmpty() && "eEfFgG%".contains(kind)
        ? padded(real(Numbers.real(value)), "")
        : integer(value);
  }

  private String real(double value) {
    return Digits.real(value, kind.equals("n") ? "g" : kind, precision, alternate);
  }

  private TemplateException unknown(Object value) {
    return new TemplateException(
        "Unknown format code '" + kind + "' for object of type '" + Types.of(value) + "'");
  }

  private String text(String value) {
    if (!kind.isEmpty() && !kind.equals("s")) {
      throw unknown(value);
    }
    refuse(!sign.isEmpty(), "Sign not allowed in string format specifier");
    refuse(alternate, "Alternate form (#) not allowed in string format specifier");
    refuse(padding.align().equals("="), "'=' alignment not allowed in string format specifier");
    refuse(!grouping.isEmpty(), "Cannot specify '" + grouping + "' with 's'.");
    boolean cut = precision >= 0 && precision < Strings.length(value);
    String shown = cut ? value.substring(0, value.offsetByCodePoints(0, precision)) : value;
    return padding.align().equals("0")
        ? Strings.pad(shown, padding.width(), padding.filler(), 0)
        : padding.around(shown, 0);
  }

  private String integer(Object value) {
    boolean plain = kind.isEmpty() || kind.equals("d");
    refuse(precision >= 0, "Precision not allowed in integer format specifier");
    refuse(
        !grouping.isEmpty() && !plain && (grouping.equals(",") || "cn".contains(kind)),
        "Cannot specify '" + grouping + "' with '" + kind + "'.");
    if (kind.equals("c")) {
      refuse(!sign.isEmpty(), "Sign not allowed with integer format specifier 'c'");
      refuse(alternate, "Alternate form (#) not allowed with integer format specifier 'c'");
      return padding.around(character(value), 1);
    }
    boolean prefixed = alternate && !plain && !kind.equals("n");
    return padded(Digits.integer(Numbers.big(value), kind), prefixed ? "0" + kind : "");
  }

  static String character(Object value) {
    if (value instanceof String text && Strings.length(text) == 1) {
      return text;
    }
    if (Numbers.isInteger(value) && Character.isValidCodePoint(Numbers.index(value))) {
      return Character.toString(Numbers.index(value));
    }
    throw new TemplateException("%c requires int or char");
  }

  private static void refuse(boolean wrong, String message) {
    if (wrong) {
      throw new TemplateException(message);
    }
  }

  private String padded(String digits, String prefix) {
    boolean negative = digits.startsWith("-");
    String front = (negative ? "-" : sign.equals("-") ? "" : sign) + prefix;
    String shown = negative ? digits.substring(1) : digits;
    boolean inside = "=0".contains(padding.align()) && !padding.align().isEmpty();
    if (!inside) {
      return padding.around(front + grouped(shown, 0), 1);
    }
    int width = padding.width() - front.length();
    String all = grouped(shown, padding.filler().equals("0") ? width : 0);
    return front + Strings.pad(all, width, padding.filler(), 1);
  }

  /**
   * With marks between groups of digits before the point, and zeros there up to that width, among
   * which there are marks, too.
   */
  private String grouped(String digits, int width) {
    if (grouping.isEmpty()) {
      return digits;
    }
    int size = !kind.isEmpty() && "boxX".contains(kind) ? 4 : 3;
    int end = 0;
    while (end < digits.length() && (size == 4 || Character.isDigit(digits.charAt(end)))) {
      end++;
    }
    int rest = digits.length() - end;
    StringBuilder backwards = new StringBuilder();
    int count = 0;
    for (int i = end - 1; i >= 0 || backwards.length() + rest < width; i--) {
      backwards.append(count > 0 && count % size == 0 ? grouping : "");
      backwards.append(i >= 0 ? digits.charAt(i) : '0');
      count++;
    }
    return backwards.reverse() + digits.substring(end);
  }
}
