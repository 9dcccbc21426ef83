package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.method.Lookup;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Generator;
import io.directord.jinja.value.PythonValues;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** {@code map}, and the filters that choose elements by a test. */
public final class SelectFilters {
  private final Function<String, FilterFunction> filters;
  private final Function<String, TestFunction> tests;

  /**
   * @param filters finds a filter by its name
   * @param tests finds a test by its name
   */
  SelectFilters(Function<String, FilterFunction> filters, Function<String, TestFunction> tests) {
    this.filters = filters;
    this.tests = tests;
  }

  void register(Map<String, FilterFunction> all) {
    all.put("map", this::map);
    all.put("select", (value, arguments) -> select(value, arguments, true));
    all.put("reject", (value, arguments) -> select(value, arguments, false));
    all.put("selectattr", (value, arguments) -> byAttribute(value, arguments, true));
    all.put("rejectattr", (value, arguments) -> byAttribute(value, arguments, false));
  }

  private Object map(Object value, Arguments arguments) {
    return Generator.of("sync_do_map", () -> elements(value, () -> mapping(arguments)));
  }

  private UnaryOperator<Stream<Object>> mapping(Arguments arguments) {
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Object[] given = arguments.bind("map", "attribute", "default?");
      return all -> all.map(element -> Lookup.path(element, given[0], given[1]));
    }
    if (arguments.positional().isEmpty()) {
      throw new TemplateException("map requires a filter argument");
    }
    FilterFunction filter = filters.apply(PythonValues.text(arguments.positional().get(0)));
    Arguments rest = arguments.after(1);
    return all -> all.map(element -> filter.apply(element, rest));
  }

  /** The changed elements; none for a false value, even if it is not iterable. */
  private static Iterator<Object> elements(
      Object value, Supplier<UnaryOperator<Stream<Object>>> change) {
    return PythonValues.truth(value)
        ? change.get().apply(PythonValues.stream(value)).iterator()
        : Collections.emptyIterator();
  }

  private Object select(Object value, Arguments arguments, boolean wanted) {
    return chosen(value, () -> test(arguments), wanted);
  }

  private Object byAttribute(Object value, Arguments arguments, boolean wanted) {
    return chosen(value, () -> attributeTest(arguments), wanted);
  }

  private Predicate<Object> attributeTest(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw new TemplateException("Missing parameter for attribute name");
    }
    Object attribute = arguments.positional().get(0);
    Predicate<Object> test = test(arguments.after(1));
    return element -> test.test(Lookup.path(element, attribute));
  }

  private Predicate<Object> test(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      return PythonValues::truth;
    }
    TestFunction test = tests.apply(PythonValues.text(arguments.positional().get(0)));
    Arguments rest =
        new Arguments(arguments.after(1).positional(), new LinkedHashMap<>(arguments.named()));
    return element -> test.holds(element, rest);
  }

  private static Object chosen(Object value, Supplier<Predicate<Object>> test, boolean wanted) {
    return Generator.of(
        "select_or_reject",
        () ->
            elements(
                value,
                () -> {
                  Predicate<Object> holds = test.get();
                  return all -> all.filter(element -> holds.test(element) == wanted);
                }));
  }
}
