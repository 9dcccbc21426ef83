package io.directord.jinja.filter;

import io.directord.jinja.value.Arguments;

/** A test, as it stands after {@code is}. */
@FunctionalInterface
public interface TestFunction {
  boolean holds(Object value, Arguments arguments);
}
