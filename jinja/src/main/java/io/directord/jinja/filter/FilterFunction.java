package io.directord.jinja.filter;

import io.directord.jinja.value.Arguments;

/** What stands after a {@code |}. */
@FunctionalInterface
public interface FilterFunction {
  Object apply(Object value, Arguments arguments);
}
