package io.directord.jinja.filter;

import io.directord.jinja.method.Lookup;
import io.directord.jinja.method.Methods;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Escaping;
import io.directord.jinja.value.Items;
import io.directord.jinja.value.Markup;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Undefined;
import java.util.HashMap;
import java.util.Map;

/** The filters that Jinja2 has. */
public final class Filters {
  private Filters() {}

  /**
   * @param filters finds a filter by its name
   * @param tests finds a test by its name
   */
  static Map<String, FilterFunction> all(
      java.util.function.Function<String, FilterFunction> filters,
      java.util.function.Function<String, TestFunction> tests) {
    Map<String, FilterFunction> all = new HashMap<>();
    NumberFilters.register(all);
    TextFilters.register(all);
    MarkupFilters.register(all);
    SequenceFilters.register(all);
    OrderFilters.register(all);
    new SelectFilters(filters, tests).register(all);
    all.put("default", Filters::fallback);
    all.put("d", Filters::fallback);
    all.put("attr", Filters::attribute);
    all.put("tojson", JsonText::filter);
    all.put("pprint", PrettyText::filter);
    all.put("urlize", Links::filter);
    all.replaceAll(
        (name, filter) -> MarkupFilters.AWARE.contains(name) ? filter : aware(name, filter));
    return Map.copyOf(all);
  }

  /** A filter that takes markup as its text, and may give markup for it. */
  private static FilterFunction aware(String name, FilterFunction filter) {
    if (!MarkupFilters.KEEP.contains(name)) {
      return (value, arguments) -> filter.apply(Markup.plain(value), arguments);
    }
    boolean escapes = name.equals("format");
    return (value, arguments) ->
        value instanceof Markup markup
            ? Escaping.made(
                filter.apply(markup.text(), escapes ? arguments.each(Escaping::shown) : arguments))
            : filter.apply(value, arguments);
  }

  private static Object fallback(Object value, Arguments arguments) {
    Object[] given = arguments.bind("default", "default_value?", "boolean?");
    boolean missing =
        value instanceof Undefined || Arguments.flag(given[1], false) && !PythonValues.truth(value);
    return missing ? Arguments.or(given[0], "") : value;
  }

  private static Object attribute(Object value, Arguments arguments) {
    String name = PythonValues.text(arguments.bind("attr", "name")[0]);
    return value instanceof Map
        ? Items.orUndefined(Methods.find(value, name), value, name)
        : Lookup.attribute(value, name);
  }
}
