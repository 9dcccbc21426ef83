package io.directord.client.execution.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Values as Python has them. In Java they are strings, booleans, {@code Long} or (if larger) {@code
 * BigInteger}, {@code Double}, {@code List} and {@link Tuple}, {@code Map}, null for None, and
 * types of the engine's own.
 */
final class Values {
  private Values() {}

  static boolean truth(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (isUsed(value) || value == null) {
      return false;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    return !isSized(value) || length(value) != 0;
  }

  /** Whether the value is undefined, which has to be quiet. */
  private static boolean isUsed(Object value) {
    if (value instanceof Undefined undefined && !undefined.quiet()) {
      throw undefined.used();
    }
    return value instanceof Undefined;
  }

  /** Python's {@code str()}. */
  static String text(Object value) {
    if (isUsed(value)) {
      return "";
    }
    return value instanceof String text ? text : repr(value);
  }

  static String repr(Object value) {
    if (value instanceof Map || value instanceof List) {
      Output out = new Output();
      write(value, out);
      return out.toString();
    }
    if (value instanceof String text) {
      return Strings.quoted(text);
    }
    if (isUsed(value)) {
      return "Undefined";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof Number number) {
      return Numbers.text(number);
    }
    return value == null ? "None" : value.toString();
  }

  private static void write(Object value, Output out) {
    if (value instanceof Map<?, ?> map) {
      out.add("{");
      String separator = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.add(separator);
        write(entry.getKey(), out);
        out.add(": ");
        write(entry.getValue(), out);
        separator = ", ";
      }
      out.add("}");
    } else if (value instanceof Tuple tuple) {
      write(tuple, "(", tuple.size() == 1 ? ",)" : ")", out);
    } else if (value instanceof List<?> list) {
      write(list, "[", "]", out);
    } else {
      out.add(repr(value));
    }
  }

  private static void write(List<?> elements, String begin, String end, Output out) {
    out.add(begin);
    String separator = "";
    for (Object element : elements) {
      out.add(separator);
      write(element, out);
      separator = ", ";
    }
    out.add(end);
  }

  /** The name of its type. */
  static String type(Object value) {
    if (value == null) {
      return "NoneType";
    }
    if (value instanceof Number) {
      return value instanceof Double ? "float" : "int";
    }
    if (value instanceof Map) {
      return "dict";
    }
    if (value instanceof List) {
      return value instanceof Tuple ? "tuple" : "list";
    }
    return value instanceof Members members ? members.type() : typeOfOthers(value);
  }

  private static String typeOfOthers(Object value) {
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    return value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }

  static boolean equal(Object left, Object right) {
    if (isUsed(left) || isUsed(right)) {
      return left instanceof Undefined && right instanceof Undefined;
    }
    if (Numbers.isNumeric(left) && Numbers.isNumeric(right)) {
      return Numbers.compare(left, right) == 0;
    }
    if (left instanceof List<?> first && right instanceof List<?> second) {
      return left == right || type(left).equals(type(right)) && equal(first, second);
    }
    if (left instanceof Map<?, ?> first && right instanceof Map<?, ?> second) {
      return first.size() == second.size()
          && first.entrySet().stream()
              .allMatch(
                  entry ->
                      second.containsKey(entry.getKey())
                          && equal(entry.getValue(), second.get(entry.getKey())));
    }
    return left == null ? right == null : left.equals(right);
  }

  private static boolean equal(List<?> left, List<?> right) {
    Limits.proceed();
    Iterator<?> others = right.iterator();
    return left.size() == right.size()
        && left.stream().allMatch(element -> equal(element, others.next()));
  }

  /** The value as a key of a map, where 1.0 and 1 are the same. */
  static Object key(Object value) {
    Undefined.refuse(value);
    if (value instanceof Map || value instanceof List && !(value instanceof Tuple)) {
      throw new TemplateException("unhashable type: '" + type(value) + "'");
    }
    return value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15
        ? (Object) number.longValue()
        : value;
  }

  static boolean isSized(Object value) {
    return value instanceof String || value instanceof Collection || value instanceof Map;
  }

  /** Python's {@code len()}. */
  static int length(Object value) {
    if (value instanceof String text) {
      return Strings.length(text);
    }
    if (value instanceof Collection<?> elements) {
      return elements.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (isUsed(value)) {
      return 0;
    }
    throw new TemplateException("object of type '" + type(value) + "' has no len()");
  }

  static boolean isIterable(Object value) {
    return isUsed(value)
        || value instanceof String
        || value instanceof Iterable
        || value instanceof Map;
  }

  /** The elements: of a map its keys, of a string its characters. */
  static Iterable<Object> iterate(Object value) {
    if (!isIterable(value)) {
      throw new TemplateException("'" + type(value) + "' object is not iterable");
    }
    List<Object> elements = new ArrayList<>();
    Limits.elements(isSized(value) ? length(value) : 0);
    if (value instanceof String text) {
      elements.addAll(Strings.characters(text));
    } else if (value instanceof Map<?, ?> map) {
      elements.addAll(map.keySet());
    } else if (value instanceof Iterable<?> others) {
      others.forEach(elements::add);
    }
    return elements;
  }

  /** The elements in a new list. */
  static List<Object> list(Object value) {
    List<Object> elements = new ArrayList<>();
    iterate(value).forEach(elements::add);
    return elements;
  }

  static Map<?, ?> map(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    Undefined.refuse(value);
    throw new TemplateException("a map is wanted, not '" + type(value) + "'");
  }

  /** A number that counts or points at a place. */
  static int index(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    if (value instanceof Long number) {
      return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
    }
    if (value instanceof BigInteger number) {
      return number.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    }
    Undefined.refuse(value);
    throw new TemplateException("'" + type(value) + "' object cannot be interpreted as an integer");
  }
}
