package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code value[start:stop:step]}. */
public final class Slices {
  private Slices() {}

  public static Object of(Object value, Object start, Object stop, Object step) {
    if (value instanceof Markup markup) {
      return Escaping.made(of(markup.text(), start, stop, step));
    }
    Undefined.refuse(value);
    if (!Types.isSequence(value)) {
      throw new TemplateException(
          value instanceof Map
              ? "unhashable type: 'slice'"
              : "'" + Types.of(value) + "' object is not subscriptable");
    }
    int by = step == null ? 1 : Numbers.index(step);
    if (by == 0) {
      throw new TemplateException("slice step cannot be zero");
    }
    int size = PythonValues.length(value);
    int last = by > 0 ? size : size - 1;
    int least = by > 0 ? 0 : -1;
    int from = bound(start, by > 0 ? 0 : size - 1, size, least, last);
    int to = bound(stop, by > 0 ? size : -1, size, least, last);
    if (value instanceof String text) {
      return by == 1 ? part(text, from, to) : characters(text, from, to, by);
    }
    if (value instanceof Range range) {
      return range.part(from, Math.max(-1, to), by);
    }
    List<?> elements = (List<?>) value;
    Budget.elements(elements.size());
    List<Object> chosen = new ArrayList<>();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      chosen.add(elements.get((int) i));
    }
    return value instanceof Tuple ? Tuple.of(chosen) : chosen;
  }

  private static String part(String text, int from, int to) {
    if (to <= from) {
      return "";
    }
    int begin = text.offsetByCodePoints(0, from);
    return Strings.part(text, begin, text.offsetByCodePoints(begin, to - from));
  }

  private static String characters(String text, int from, int to, int by) {
    long mark = Budget.mark();
    Budget.bytes(4L * text.length());
    int[] characters = text.codePoints().toArray();
    StringBuilder chosen = new StringBuilder();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      chosen.appendCodePoint(characters[(int) i]);
    }
    Budget.reset(mark);
    Budget.text(chosen.length());
    return chosen.toString();
  }

  private static int bound(Object given, int otherwise, int size, int least, int last) {
    if (given == null) {
      return otherwise;
    }
    int place = Numbers.index(given);
    return Math.max(least, Math.min(last, place < 0 ? place + size : place));
  }
}
