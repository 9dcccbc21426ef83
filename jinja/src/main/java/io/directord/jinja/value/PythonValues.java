package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Values with Python's semantics. In Java they are strings, booleans, {@code Long} or (if larger)
 * {@code BigInteger}, {@code Double}, {@code List} ({@link Tuple}, {@link Range} and {@link View}
 * among them), {@code Map}, null for None, {@link Undefined}, {@link Members} and {@link Function}.
 */
public final class PythonValues {
  private PythonValues() {}

  public static boolean truth(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value == null || Undefined.isQuiet(value)) {
      return false;
    }
    if (Markup.plain(value) instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    return value instanceof Map<?, ?> map
        ? !map.isEmpty()
        : !(value instanceof List<?> list) || !list.isEmpty();
  }

  /** Python's {@code str()}. */
  public static String text(Object value) {
    if (Markup.plain(value) instanceof String text) {
      return text;
    }
    return Undefined.isQuiet(value) ? "" : repr(value);
  }

  /** Python's {@code repr()}. */
  public static String repr(Object value) {
    if (value instanceof Map || value instanceof List) {
      Output out = new Output();
      write(value, out);
      return out.end();
    }
    if (value instanceof String text) {
      return Strings.quoted(text);
    }
    if (value instanceof Markup markup) {
      return "Markup(" + Strings.quoted(markup.text()) + ")";
    }
    if (value instanceof Undefined undefined) {
      return undefined.repr();
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof Number number) {
      return Numbers.text(number);
    }
    if (value instanceof Members members) {
      return members.shown();
    }
    return value == null ? "None" : value.toString();
  }

  private static void write(Object value, Output out) {
    Budget.step(1);
    Budget.enter();
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
    } else if (value instanceof Range) {
      out.add(value.toString());
    } else if (value instanceof View view) {
      write(view, view.type() + "([", "])", out);
    } else if (value instanceof Tuple tuple) {
      write(tuple, "(", tuple.size() == 1 ? ",)" : ")", out);
    } else if (value instanceof List<?> list) {
      write(list, "[", "]", out);
    } else {
      out.add(repr(value));
    }
    Budget.leave();
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

  public static boolean equal(Object left, Object right) {
    if (Undefined.isQuiet(left) || Undefined.isQuiet(right)) {
      return left instanceof Undefined && right instanceof Undefined;
    }
    if (left == right) {
      return !(left instanceof Double number) || !number.isNaN();
    }
    if (Numbers.isNumeric(left) && Numbers.isNumeric(right)) {
      return Numbers.compare(left, right) == 0;
    }
    if (left instanceof List<?> first && right instanceof List<?> second) {
      return Types.of(left).equals(Types.of(right)) && equal(first, second);
    }
    if (left instanceof Map<?, ?> first && right instanceof Map<?, ?> second) {
      return equal(first, second);
    }
    Object plain = Markup.plain(left);
    return plain == null ? right == null : plain.equals(Markup.plain(right));
  }

  private static boolean equal(List<?> left, List<?> right) {
    Budget.step(1);
    Budget.enter();
    Iterator<?> others = right.iterator();
    boolean equal = left.size() == right.size();
    for (Iterator<?> ours = left.iterator(); equal && ours.hasNext(); ) {
      equal = equal(ours.next(), others.next());
    }
    Budget.leave();
    return equal;
  }

  private static boolean equal(Map<?, ?> left, Map<?, ?> right) {
    Budget.step(1);
    Budget.enter();
    boolean equal = left.size() == right.size();
    Iterator<? extends Map.Entry<?, ?>> ours = left.entrySet().iterator();
    while (equal && ours.hasNext()) {
      Map.Entry<?, ?> entry = ours.next();
      Object key = key(right, entry.getKey());
      equal = right.containsKey(key) && equal(entry.getValue(), right.get(key));
    }
    Budget.leave();
    return equal;
  }

  /**
   * The key that a map has for a value, where 1, 1.0 and true are the same; the value itself if the
   * map has none.
   */
  public static Object key(Map<?, ?> map, Object key) {
    Object value = Markup.plain(key);
    refuseUnhashable(value);
    if (Numbers.isNumeric(value) && !map.containsKey(value)) {
      for (Object same : Numbers.same(value)) {
        if (map.containsKey(same)) {
          return same;
        }
      }
    }
    return value;
  }

  /** What two values have in common that are the same key. */
  public static Object hash(Object value) {
    refuseUnhashable(value);
    return Numbers.isNumeric(value) ? Numbers.same(value).get(0) : Markup.plain(value);
  }

  private static void refuseUnhashable(Object value) {
    Undefined.refuse(value);
    if (value instanceof Map || Types.isList(value)) {
      throw new TemplateException("unhashable type: '" + Types.of(value) + "'");
    }
  }

  /** Python's {@code len()}. */
  public static int length(Object value) {
    if (Markup.plain(value) instanceof String text) {
      return Strings.length(text);
    }
    if (value instanceof Collection<?> elements) {
      return elements.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (Undefined.isQuiet(value)) {
      return 0;
    }
    throw new TemplateException("object of type '" + Types.of(value) + "' has no len()");
  }

  public static boolean isIterable(Object value) {
    return Undefined.isQuiet(value)
        || Markup.plain(value) instanceof String
        || value instanceof List
        || value instanceof Map
        || value instanceof Generator;
  }

  /** The elements, not copied: of a map its keys, of a text its characters. */
  public static List<Object> iterate(Object value) {
    if (value instanceof Tuple tuple) {
      return tuple;
    }
    if (value instanceof Range range) {
      return range;
    }
    return value instanceof View view ? view : list(value);
  }

  /** The elements one after the other; of a {@link Generator} no more than are asked for. */
  public static Iterator<Object> iterator(Object value) {
    return value instanceof Generator generator ? generator : iterate(value).iterator();
  }

  /** As {@link #iterator}, each counted as a step. */
  public static Stream<Object> stream(Object value) {
    Iterator<Object> elements = iterator(value);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(elements, Spliterator.ORDERED), false)
        .peek(element -> Budget.step(1));
  }

  /** The elements in a new list. */
  public static List<Object> list(Object value) {
    if (Markup.plain(value) instanceof String text) {
      return Strings.characters(text);
    }
    if (!isIterable(value)) {
      throw new TemplateException("'" + Types.of(value) + "' object is not iterable");
    }
    if (value instanceof Generator generator) {
      return drained(generator);
    }
    Budget.elements(length(value));
    if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.keySet());
    }
    return value instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>();
  }

  private static List<Object> drained(Generator generator) {
    List<Object> elements = new ArrayList<>();
    while (generator.hasNext()) {
      Budget.more(elements.size(), 1);
      elements.add(generator.next());
    }
    return elements;
  }

  public static Map<?, ?> map(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    Undefined.refuse(value);
    throw new TemplateException("a map is wanted, not '" + Types.of(value) + "'");
  }
}
