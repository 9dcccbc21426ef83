package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.method.Lookup;
import io.directord.jinja.method.MapMethods;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Operators;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/** Filters of sequences as a whole. */
public final class SequenceFilters {
  private SequenceFilters() {}

  public static void register(Map<String, FilterFunction> all) {
    plain(all, "length", value -> (long) PythonValues.length(value));
    plain(all, "count", value -> (long) PythonValues.length(value));
    plain(all, "list", PythonValues::list);
    plain(all, "first", value -> end(value, "first", 0));
    plain(all, "last", value -> end(value, "last", -1));
    plain(all, "random", SequenceFilters::random);
    all.put("join", SequenceFilters::join);
    plain(all, "reverse", SequenceFilters::reverse);
    plain(all, "items", SequenceFilters::items);
    all.put("batch", SequenceFilters::batch);
    all.put("slice", SequenceFilters::slice);
    all.put("sum", SequenceFilters::sum);
  }

  /** A filter without arguments. */
  private static void plain(
      Map<String, FilterFunction> all, String name, UnaryOperator<Object> filter) {
    all.put(
        name,
        (value, arguments) -> {
          arguments.bind(name);
          return filter.apply(value);
        });
  }

  private static Object end(Object value, String which, int place) {
    Object elements = value instanceof String ? value : PythonValues.list(value);
    return PythonValues.length(elements) == 0
        ? empty(which)
        : Lookup.element(elements, (long) place);
  }

  private static Object random(Object value) {
    List<Object> elements = PythonValues.list(value);
    return elements.isEmpty()
        ? empty("random")
        : elements.get(ThreadLocalRandom.current().nextInt(elements.size()));
  }

  private static Undefined empty(String which) {
    return new Undefined("No " + which + " item, sequence was empty.");
  }

  private static Object join(Object value, Arguments arguments) {
    Object[] given = arguments.bind("join", "d?", "attribute?");
    String separator = Arguments.text(given[0], "");
    boolean attribute = given[1] != Arguments.ABSENT && given[1] != null;
    Output out = new Output();
    boolean first = true;
    for (Object element : PythonValues.iterate(value)) {
      out.add(first ? "" : separator);
      out.add(PythonValues.text(attribute ? Lookup.path(element, given[1]) : element));
      first = false;
    }
    return out.end();
  }

  private static Object reverse(Object value) {
    if (value instanceof String text) {
      return new StringBuilder(text).reverse().toString();
    }
    List<Object> elements = PythonValues.list(value);
    Collections.reverse(elements);
    return elements;
  }

  private static Object items(Object value) {
    if (value instanceof Undefined) {
      return List.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException("Can only get item pairs from a mapping.");
    }
    return MapMethods.items(map);
  }

  private static Object sum(Object value, Arguments arguments) {
    Object[] given = arguments.bind("sum", "attribute?", "start?");
    Object total = Arguments.or(given[1], 0L);
    boolean attribute = given[0] != Arguments.ABSENT && given[0] != null;
    for (Object element : PythonValues.iterate(value)) {
      Object one = attribute ? Lookup.path(element, given[0]) : element;
      total = Operators.apply("+", total, one);
    }
    return total;
  }

  private static Object batch(Object value, Arguments arguments) {
    Object[] given = arguments.bind("batch", "linecount", "fill_with?");
    int size = Numbers.index(given[0]);
    List<Object> batches = new ArrayList<>();
    List<Object> batch = new ArrayList<>();
    for (Object element : PythonValues.list(value)) {
      if (batch.size() == size) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
      batch.add(element);
    }
    if (!batch.isEmpty()) {
      batches.add(filled(batch, size, given[1]));
    }
    return batches;
  }

  private static Object slice(Object value, Arguments arguments) {
    Object[] given = arguments.bind("slice", "slices", "fill_with?");
    List<Object> elements = PythonValues.list(value);
    int count = Numbers.index(given[0]);
    if (count == 0) {
      throw new TemplateException("integer division or modulo by zero");
    }
    Budget.elements(count);
    int size = elements.size() / count;
    int larger = elements.size() % count;
    List<Object> slices = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < count; i++) {
      int to = from + size + (i < larger ? 1 : 0);
      slices.add(filled(elements.subList(from, to), larger > 0 ? size + 1 : size, given[1]));
      from = to;
    }
    return slices;
  }

  private static List<Object> filled(List<Object> part, int size, Object filler) {
    List<Object> filled = new ArrayList<>(part);
    boolean wanting = filler != Arguments.ABSENT && filler != null && filled.size() < size;
    Budget.elements(wanting ? size : 0);
    if (wanting) {
      filled.addAll(Collections.nCopies(size - filled.size(), filler));
    }
    return filled;
  }
}
