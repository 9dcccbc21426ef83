package io.directord.client.execution.template;

/** What stands after {@code is}. */
@FunctionalInterface
interface TestFunction {
  boolean holds(Object value, Arguments arguments);
}
