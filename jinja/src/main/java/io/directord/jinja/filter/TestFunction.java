package io.directord.jinja.filter;

import io.directord.jinja.value.Arguments;

/** What stands after {@code is}. */
@FunctionalInterface
public interface TestFunction {
  boolean holds(Object value, Arguments arguments);
}
