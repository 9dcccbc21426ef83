package io.directord.jinja.method;

import io.directord.jinja.value.Arguments;

/** A method of values of a type, before it belongs to one of them. */
@FunctionalInterface
interface Unbound<T> {
  Object call(T self, Arguments arguments);
}
