package io.directord.client.execution.template;

/** What stands after a {@code |}. */
@FunctionalInterface
interface FilterFunction {
  Object apply(Object value, Arguments arguments);
}
