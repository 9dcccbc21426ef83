package io.directord.jinja.filter;

import io.directord.jinja.value.Arguments;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A filter, as it stands after {@code |}. */
@FunctionalInterface
public interface FilterFunction {
  Object apply(Object value, Arguments arguments);

  /** Adds a filter that takes no arguments. */
  static void add(
      Map<String, FilterFunction> all, String name, UnaryOperator<Object> withoutArguments) {
    all.put(
        name,
        (value, arguments) -> {
          arguments.bind(name);
          return withoutArguments.apply(value);
        });
  }
}
