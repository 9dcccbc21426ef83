package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;

/** Python's {@code format.format(values)}. */
public final class Braces {
  private static final int MAX_NESTED = 2;

  private final Arguments given;

  /** The place of what the next field takes that has neither name nor number. */
  private int next;

  private boolean numbered;

  private Braces(Arguments given) {
    this.given = given;
  }

  public static String format(String format, Arguments given) {
    return new Braces(given).all(format, MAX_NESTED);
  }

  private String all(String format, int nested) {
    if (nested == 0) {
      throw new TemplateException("Max string recursion exceeded");
    }
    Output out = new Output();
    int from = 0;
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '{' && c != '}') {
        continue;
      }
      out.add(format.substring(from, i));
      if (format.startsWith(String.valueOf(c), i + 1)) {
        out.add(String.valueOf(c));
        i++;
      } else if (c == '}' || i + 1 == format.length()) {
        throw new TemplateException("Single '" + c + "' encountered in format string");
      } else {
        int end = end(format, i + 1);
        out.add(field(format.substring(i + 1, end), nested));
        i = end;
      }
      from = i + 1;
    }
    out.add(format.substring(from));
    return out.end();
  }

  /** Where a field ends that begins here. */
  private static int end(String format, int begin) {
    int open = 1;
    for (int i = begin; i < format.length(); i++) {
      open += format.charAt(i) == '{' ? 1 : format.charAt(i) == '}' ? -1 : 0;
      if (open == 0) {
        return i;
      }
    }
    throw new TemplateException("expected '}' before end of string");
  }

  private String field(String field, int nested) {
    Budget.step(1);
    int end = 0;
    boolean element = false;
    while (end < field.length() && (element || ":!".indexOf(field.charAt(end)) < 0)) {
      element = field.charAt(end) == '[' || element && field.charAt(end) != ']';
      end++;
    }
    Object value = value(field.substring(0, end));
    Undefined.refuse(value);
    if (field.startsWith("!", end)) {
      String conversion = field.substring(end + 1, Math.min(end + 2, field.length()));
      value = converted(value, conversion);
      end += 2;
      if (end < field.length() && field.charAt(end) != ':') {
        throw new TemplateException("expected ':' after conversion specifier");
      }
    }
    String format = end < field.length() ? field.substring(end + 1) : "";
    String spec = format.indexOf('{') < 0 ? format : all(format, nested - 1);
    return spec.isEmpty() ? PythonValues.text(value) : FormatSpec.parse(spec).of(value);
  }

  private static Object converted(Object value, String conversion) {
    return switch (conversion) {
      case "r" -> PythonValues.repr(value);
      case "s" -> PythonValues.text(value);
      case "a" -> Strings.ascii(PythonValues.repr(value));
      default -> throw new TemplateException("Unknown conversion specifier " + conversion);
    };
  }

  private Object value(String path) {
    int end = 0;
    while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
      end++;
    }
    Object value = first(path.substring(0, end));
    while (end < path.length()) {
      boolean element = path.charAt(end) == '[';
      if (!element && path.charAt(end) != '.') {
        throw new TemplateException("Only '.' or '[' may follow ']' in format field specifier");
      }
      int begin = end + 1;
      end = begin;
      while (end < path.length() && (element ? "]" : ".[").indexOf(path.charAt(end)) < 0) {
        end++;
      }
      if (end == begin) {
        throw new TemplateException("Empty attribute in format string");
      }
      String part = path.substring(begin, end);
      value =
          !element
              ? Items.attribute(value, part)
              : Items.get(value, isNumber(part) ? Numbers.literal(part) : part);
      end += element ? 1 : 0;
    }
    return value;
  }

  private Object first(String name) {
    boolean number = isNumber(name);
    if (!number && !name.isEmpty()) {
      return Items.get(given.named(), name);
    }
    if (number ? next > 0 : numbered) {
      String one = "manual field specification";
      String other = "automatic field numbering";
      throw new TemplateException(
          "cannot switch from " + (number ? other : one) + " to " + (number ? one : other));
    }
    numbered |= number;
    Object place = number ? Numbers.literal(name) : (Object) (long) next++;
    Object value = Items.find(Tuple.of(given.positional()), place);
    if (value == Arguments.ABSENT) {
      throw new TemplateException(
          "Replacement index " + place + " out of range for positional args tuple");
    }
    return value;
  }

  private static boolean isNumber(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
