package io.directord.client.execution.template;

import io.directord.common.validation.Nearest;
import java.util.HashMap;
import java.util.Map;

/** The filters that Jinja2 has. */
final class Filters {
  private static final Map<String, FilterFunction> ALL = all();

  private Filters() {}

  static boolean exists(Object name) {
    return name instanceof String && ALL.containsKey(name);
  }

  static FilterFunction find(String name) {
    FilterFunction filter = ALL.get(name);
    if (filter == null) {
      String near = Nearest.hint(name, ALL.keySet().stream().sorted().toList());
      throw new TemplateException("No filter named '" + name + "'" + near);
    }
    return filter;
  }

  private static Map<String, FilterFunction> all() {
    Map<String, FilterFunction> all = new HashMap<>();
    NumberFilters.register(all);
    TextFilters.register(all);
    MarkupFilters.register(all);
    SequenceFilters.register(all);
    OrderFilters.register(all);
    SelectFilters.register(all);
    all.put("default", Filters::fallback);
    all.put("d", Filters::fallback);
    all.put("attr", Filters::attribute);
    all.put("tojson", JsonText::filter);
    return Map.copyOf(all);
  }

  private static Object fallback(Object value, Arguments arguments) {
    Object[] given = arguments.bind("default", "default_value?", "boolean?");
    boolean missing =
        value instanceof Undefined || Arguments.flag(given[1], false) && !Values.truth(value);
    return missing ? Arguments.or(given[0], "") : value;
  }

  private static Object attribute(Object value, Arguments arguments) {
    String name = Values.text(arguments.bind("attr", "name")[0]);
    Object found = value instanceof Map ? Methods.find(value, name) : Lookup.attribute(value, name);
    return found == Arguments.ABSENT ? Undefined.member(value, name) : found;
  }
}
