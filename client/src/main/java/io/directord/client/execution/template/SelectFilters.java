package io.directord.client.execution.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** {@code map}, and the filters that choose elements by a test. */
final class SelectFilters {
  private SelectFilters() {}

  static void register(Map<String, FilterFunction> all) {
    all.put("map", SelectFilters::map);
    all.put("select", (value, arguments) -> select("select", value, arguments, true));
    all.put("reject", (value, arguments) -> select("reject", value, arguments, false));
    all.put("selectattr", (value, arguments) -> byAttribute("selectattr", value, arguments, true));
    all.put("rejectattr", (value, arguments) -> byAttribute("rejectattr", value, arguments, false));
  }

  private static Object map(Object value, Arguments arguments) {
    List<Object> mapped = new ArrayList<>();
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Object[] given = arguments.bind("map", "attribute", "default?");
      for (Object element : elements(value)) {
        mapped.add(Lookup.path(element, given[0], given[1]));
      }
    } else {
      if (arguments.positional().isEmpty()) {
        throw new TemplateException("map requires a filter argument");
      }
      FilterFunction filter = Filters.find(Values.text(arguments.positional().get(0)));
      Arguments rest = arguments.after(1);
      for (Object element : elements(value)) {
        mapped.add(filter.apply(element, rest));
      }
    }
    return mapped;
  }

  /** The elements; of what is false none, even where it has none. */
  private static Iterable<Object> elements(Object value) {
    return Values.truth(value) ? Values.iterate(value) : List.of();
  }

  private static Object select(String name, Object value, Arguments arguments, boolean wanted) {
    return chosen("sync_do_" + name, value, test(arguments), wanted);
  }

  private static Object byAttribute(
      String name, Object value, Arguments arguments, boolean wanted) {
    if (arguments.positional().isEmpty()) {
      throw new TemplateException("Missing parameter for attribute name");
    }
    Object attribute = arguments.positional().get(0);
    Predicate<Object> test = test(arguments.after(1));
    return chosen(
        "sync_do_" + name, value, element -> test.test(Lookup.path(element, attribute)), wanted);
  }

  private static Predicate<Object> test(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      return Values::truth;
    }
    TestFunction test = Tests.find(Values.text(arguments.positional().get(0)));
    Arguments rest =
        new Arguments(arguments.after(1).positional(), new LinkedHashMap<>(arguments.named()));
    return element -> test.holds(element, rest);
  }

  private static Object chosen(String name, Object value, Predicate<Object> test, boolean wanted) {
    List<Object> chosen = new ArrayList<>();
    for (Object element : elements(value)) {
      if (test.test(element) == wanted) {
        chosen.add(element);
      }
    }
    return chosen;
  }
}
