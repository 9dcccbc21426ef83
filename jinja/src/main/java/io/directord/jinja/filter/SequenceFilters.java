package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.method.Lookup;
import io.directord.jinja.method.MapMethods;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Generator;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Operators;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Types;
import io.directord.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Filters of sequences as a whole. */
public final class SequenceFilters {
  private SequenceFilters() {}

  public static void register(Map<String, FilterFunction> all) {
    FilterFunction.add(all, "length", value -> (long) PythonValues.length(value));
    FilterFunction.add(all, "count", value -> (long) PythonValues.length(value));
    FilterFunction.add(all, "list", PythonValues::list);
    FilterFunction.add(all, "first", SequenceFilters::first);
    FilterFunction.add(all, "last", SequenceFilters::last);
    FilterFunction.add(all, "random", SequenceFilters::random);
    all.put("join", SequenceFilters::join);
    FilterFunction.add(all, "reverse", SequenceFilters::reverse);
    FilterFunction.add(all, "items", SequenceFilters::items);
    all.put("batch", SequenceFilters::batch);
    all.put("slice", SequenceFilters::slice);
    all.put("sum", SequenceFilters::sum);
  }

  private static Object first(Object value) {
    if (value instanceof String) {
      return PythonValues.length(value) == 0 ? empty("first") : Lookup.element(value, 0L);
    }
    Iterator<Object> elements = PythonValues.iterator(value);
    return elements.hasNext() ? elements.next() : empty("first");
  }

  private static Object last(Object value) {
    if (value instanceof Generator) {
      throw new TemplateException("'" + Types.of(value) + "' object is not reversible");
    }
    Object elements = value instanceof String ? value : PythonValues.list(value);
    return PythonValues.length(elements) == 0 ? empty("last") : Lookup.element(elements, -1L);
  }

  private static Object random(Object value) {
    PythonValues.length(value);
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
    return value instanceof Generator
        ? elements
        : Generator.reversed(Types.isList(value), elements.iterator());
  }

  private static Object items(Object value) {
    return Generator.of("do_items", () -> pairs(value).iterator());
  }

  private static List<Object> pairs(Object value) {
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
    return Generator.of("do_batch", () -> batches(value, given[0], given[1]).iterator());
  }

  private static List<Object> batches(Object value, Object linecount, Object filler) {
    int size = Numbers.index(linecount);
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
      batches.add(filled(batch, size - batch.size(), filler));
    }
    return batches;
  }

  private static Object slice(Object value, Arguments arguments) {
    Object[] given = arguments.bind("slice", "slices", "fill_with?");
    return Generator.of("sync_do_slice", () -> slices(value, given[0], given[1]).iterator());
  }

  private static List<Object> slices(Object value, Object number, Object filler) {
    List<Object> elements = PythonValues.list(value);
    int count = Numbers.index(number);
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
      slices.add(filled(elements.subList(from, to), i < larger ? 0 : 1, filler));
      from = to;
    }
    return slices;
  }

  private static List<Object> filled(List<Object> part, int missing, Object filler) {
    List<Object> filled = new ArrayList<>(part);
    if (filler != Arguments.ABSENT && filler != null && missing > 0) {
      Budget.elements((long) part.size() + missing);
      filled.addAll(Collections.nCopies(missing, filler));
    }
    return filled;
  }
}
