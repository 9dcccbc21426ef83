package io.directord.jinja.filter;

import io.directord.jinja.method.StringMethods;
import io.directord.jinja.value.Function;
import io.directord.jinja.value.Markup;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Operators;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Strings;
import io.directord.jinja.value.Types;
import io.directord.jinja.value.Undefined;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The tests that Jinja2 has. */
public final class Tests {
  private Tests() {}

  static Map<String, TestFunction> all(Predicate<Object> isFilter, Predicate<Object> isTest) {
    Map<String, TestFunction> all = new HashMap<>();
    plain(all, "defined", value -> !isUndefined(value));
    plain(all, "undefined", Tests::isUndefined);
    plain(all, "none", value -> value == null);
    plain(all, "boolean", value -> value instanceof Boolean);
    plain(all, "true", Boolean.TRUE::equals);
    plain(all, "false", Boolean.FALSE::equals);
    plain(all, "number", Numbers::isNumeric);
    plain(all, "integer", value -> Numbers.isInteger(value) && !(value instanceof Boolean));
    plain(all, "float", value -> value instanceof Double);
    plain(all, "string", value -> Markup.plain(value) instanceof String);
    plain(all, "mapping", value -> value instanceof Map);
    plain(all, "iterable", PythonValues::isIterable);
    plain(all, "sequence", Tests::isSequence);
    plain(all, "callable", value -> value instanceof Function || value instanceof Undefined);
    plain(all, "escaped", value -> value instanceof Markup);
    plain(all, "lower", value -> cased(value, Strings.lower(PythonValues.text(value))));
    plain(all, "upper", value -> cased(value, Strings.upper(PythonValues.text(value))));
    plain(all, "odd", value -> PythonValues.equal(Operators.apply("%", value, 2L), 1L));
    plain(all, "even", value -> PythonValues.equal(Operators.apply("%", value, 2L), 0L));
    plain(all, "filter", name -> isFilter.test(PythonValues.hash(name)));
    plain(all, "test", name -> isTest.test(PythonValues.hash(name)));
    one(all, Set.of("divisibleby"), "num", Tests::isDivisible);
    one(all, Set.of("sameas"), "other", Tests::isSame);
    one(all, Set.of("in"), "seq", (value, other) -> Operators.compare("in", value, other));
    comparisons(all);
    return Map.copyOf(all);
  }

  private static void comparisons(Map<String, TestFunction> all) {
    Map.of(
            "==", Set.of("eq", "equalto", "=="),
            "!=", Set.of("ne", "!="),
            "<", Set.of("lt", "lessthan", "<"),
            "<=", Set.of("le", "<="),
            ">", Set.of("gt", "greaterthan", ">"),
            ">=", Set.of("ge", ">="))
        .forEach(
            (operator, names) ->
                one(
                    all,
                    names,
                    "other",
                    (value, other) -> Operators.compare(operator, value, other)));
  }

  /** A test with one argument. */
  @FunctionalInterface
  private interface Against {
    boolean holds(Object value, Object other);
  }

  private static void plain(Map<String, TestFunction> all, String name, Predicate<Object> test) {
    all.put(
        name,
        (value, arguments) -> {
          arguments.bind(name);
          return test.test(value);
        });
  }

  private static void one(
      Map<String, TestFunction> all, Set<String> names, String argument, Against test) {
    for (String name : names) {
      all.put(name, (value, arguments) -> test.holds(value, arguments.bind(name, argument)[0]));
    }
  }

  private static boolean isUndefined(Object value) {
    return value instanceof Undefined;
  }

  private static boolean isSequence(Object value) {
    return Types.isSequence(Markup.plain(value)) || value instanceof Map;
  }

  private static boolean cased(Object value, String same) {
    String text = PythonValues.text(value);
    return StringMethods.cased(text) && text.equals(same);
  }

  private static boolean isDivisible(Object value, Object by) {
    return PythonValues.equal(Operators.apply("%", value, by), 0L);
  }

  private static boolean isSame(Object value, Object other) {
    boolean simple = value instanceof Long || value instanceof Boolean || value instanceof String;
    return value == other || simple && value.equals(other);
  }
}
