package io.directord.client.execution.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Filters of sequences as a whole. */
final class SequenceFilters {
  private SequenceFilters() {}

  static void register(Map<String, FilterFunction> all) {
    all.put("length", (value, arguments) -> (long) Values.length(value));
    all.put("count", (value, arguments) -> (long) Values.length(value));
    all.put("list", (value, arguments) -> Values.list(value));
    all.put("first", SequenceFilters::first);
    all.put("last", SequenceFilters::last);
    all.put("random", SequenceFilters::random);
    all.put("join", SequenceFilters::join);
    all.put("reverse", SequenceFilters::reverse);
    all.put("items", SequenceFilters::items);
    all.put("batch", SequenceFilters::batch);
    all.put("slice", SequenceFilters::slice);
    all.put("sum", SequenceFilters::sum);
  }

  private static Object first(Object value, Arguments arguments) {
    return end(value, "first", 0);
  }

  private static Object last(Object value, Arguments arguments) {
    return end(value, "last", -1);
  }

  private static Object end(Object value, String which, int place) {
    Object elements = value instanceof String ? value : Values.list(value);
    return Values.length(elements) == 0 ? empty(which) : Lookup.element(elements, (long) place);
  }

  private static Object random(Object value, Arguments arguments) {
    arguments.bind("random");
    List<Object> elements = Values.list(value);
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
    for (Object element : Values.iterate(value)) {
      out.add(first ? "" : separator);
      out.add(Values.text(attribute ? Lookup.path(element, given[1]) : element));
      first = false;
    }
    return out.toString();
  }

  private static Object reverse(Object value, Arguments arguments) {
    if (value instanceof String text) {
      return new StringBuilder(text).reverse().toString();
    }
    List<Object> elements = Values.list(value);
    Collections.reverse(elements);
    return elements;
  }

  private static Object items(Object value, Arguments arguments) {
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
    for (Object element : Values.iterate(value)) {
      Object one = attribute ? Lookup.path(element, given[0]) : element;
      total = Operators.apply("+", total, one);
    }
    return total;
  }

  private static Object batch(Object value, Arguments arguments) {
    Object[] given = arguments.bind("batch", "linecount", "fill_with?");
    List<Object> elements = Values.list(value);
    List<Object> batches = new ArrayList<>();
    int size = Math.max(1, Values.index(given[0]));
    for (int from = 0; from < elements.size(); from += size) {
      int to = Math.min(elements.size(), from + size);
      batches.add(filled(elements.subList(from, to), size, given[1]));
    }
    return batches;
  }

  private static Object slice(Object value, Arguments arguments) {
    Object[] given = arguments.bind("slice", "slices", "fill_with?");
    List<Object> elements = Values.list(value);
    int count = Math.max(1, Values.index(given[0]));
    Limits.elements(count);
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
    Limits.elements(wanting ? size : 0);
    if (wanting) {
      filled.addAll(Collections.nCopies(size - filled.size(), filler));
    }
    return filled;
  }
}
