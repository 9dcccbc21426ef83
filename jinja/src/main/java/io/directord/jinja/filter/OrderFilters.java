package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.method.Lookup;
import io.directord.jinja.method.MapMethods;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Generator;
import io.directord.jinja.value.Markup;
import io.directord.jinja.value.Operators;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Strings;
import io.directord.jinja.value.Tuple;
import io.directord.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Filters that compare elements. */
public final class OrderFilters {
  private OrderFilters() {}

  public static void register(Map<String, FilterFunction> all) {
    all.put("sort", OrderFilters::sort);
    all.put("unique", OrderFilters::unique);
    all.put("min", (value, arguments) -> extreme("min", value, arguments, false));
    all.put("max", (value, arguments) -> extreme("max", value, arguments, true));
    all.put("dictsort", OrderFilters::dictSort);
    all.put("groupby", OrderFilters::groupBy);
  }

  /** The value by which an element is compared. */
  private static UnaryOperator<Object> key(Object attribute, Object caseSensitive) {
    boolean exact = Arguments.flag(caseSensitive, false);
    boolean whole = attribute == Arguments.ABSENT || attribute == null;
    return element -> {
      Object value = whole ? element : Lookup.path(element, attribute);
      return exact ? value : folded(value);
    };
  }

  private static Object folded(Object value) {
    return Markup.plain(value) instanceof String text ? Strings.lower(text) : value;
  }

  private static Object sort(Object value, Arguments arguments) {
    Object[] given = arguments.bind("sort", "reverse?", "case_sensitive?", "attribute?");
    UnaryOperator<Object> key = keys(given[2], given[1]);
    List<Object> elements = PythonValues.list(value);
    sort(elements, key, Arguments.flag(given[0], false));
    return elements;
  }

  /** As {@link #key}, by several attributes with commas between them. */
  private static UnaryOperator<Object> keys(Object attribute, Object caseSensitive) {
    List<UnaryOperator<Object>> each =
        attribute instanceof String names
            ? Arrays.stream(names.split(",")).map(name -> key(name, caseSensitive)).toList()
            : List.of(key(attribute, caseSensitive));
    return element -> {
      List<Object> values = new ArrayList<>();
      each.forEach(key -> values.add(key.apply(element)));
      return values;
    };
  }

  private static void sort(List<Object> elements, UnaryOperator<Object> key, boolean down) {
    Comparator<Object> order = (left, right) -> Operators.order(key.apply(left), key.apply(right));
    elements.sort(down ? Collections.reverseOrder(order) : order);
  }

  private static Object unique(Object value, Arguments arguments) {
    Object[] given = arguments.bind("unique", "case_sensitive?", "attribute?");
    UnaryOperator<Object> key = key(given[1], given[0]);
    Set<Object> seen = new HashSet<>();
    return Generator.of(
        "do_unique",
        () ->
            PythonValues.stream(value)
                .filter(each -> seen.add(PythonValues.hash(key.apply(each))))
                .iterator());
  }

  private static Object extreme(String name, Object value, Arguments arguments, boolean greatest) {
    Object[] given = arguments.bind(name, "case_sensitive?", "attribute?");
    UnaryOperator<Object> key = key(given[1], given[0]);
    List<Object> elements = PythonValues.list(value);
    if (elements.isEmpty()) {
      return new Undefined("No aggregated item, sequence was empty.");
    }
    Object best = elements.get(0);
    for (Object element : elements.subList(1, elements.size())) {
      int order = Operators.order(key.apply(element), key.apply(best));
      best = greatest ? order > 0 ? element : best : order < 0 ? element : best;
    }
    return best;
  }

  private static Object dictSort(Object value, Arguments arguments) {
    Object[] given = arguments.bind("dictsort", "case_sensitive?", "by?", "reverse?");
    String by = Arguments.text(given[1], "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateException("You can only sort by either \"key\" or \"value\"");
    }
    List<Object> items = MapMethods.items(PythonValues.map(value));
    UnaryOperator<Object> key = key(by.equals("key") ? 0L : 1L, given[0]);
    sort(items, key, Arguments.flag(given[2], false));
    return items;
  }

  private static Object groupBy(Object value, Arguments arguments) {
    Object[] given = arguments.bind("groupby", "attribute", "default?", "case_sensitive?");
    UnaryOperator<Object> raw = element -> Lookup.path(element, given[0], given[1]);
    boolean exact = Arguments.flag(given[2], false);
    UnaryOperator<Object> key = element -> exact ? raw.apply(element) : folded(raw.apply(element));
    List<Object> elements = PythonValues.list(value);
    sort(elements, key, false);
    List<Object> groups = new ArrayList<>();
    List<Object> group = new ArrayList<>();
    for (Object element : elements) {
      boolean same =
          !group.isEmpty() && PythonValues.equal(key.apply(group.get(0)), key.apply(element));
      if (!same) {
        group = new ArrayList<>();
        groups.add(Tuple.of(raw.apply(element), group).named("grouper", "list"));
      }
      group.add(element);
    }
    return groups;
  }
}
