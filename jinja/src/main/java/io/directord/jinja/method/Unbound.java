package io.directord.jinja.method;

import io.directord.jinja.value.Arguments;

/** A method of a type, not bound to a value yet. */
@FunctionalInterface
interface Unbound<T> {
  Object call(T self, Arguments arguments);
}
