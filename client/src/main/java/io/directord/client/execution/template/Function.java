package io.directord.client.execution.template;

/** What a template can call. */
@FunctionalInterface
interface Function {
  Object call(Arguments arguments);
}
