package io.directord.jinja.filter;

import io.directord.jinja.value.Arguments;

/** A filter, as it stands after {@code |}. */
@FunctionalInterface
public interface FilterFunction {
  Object apply(Object value, Arguments arguments);
}
