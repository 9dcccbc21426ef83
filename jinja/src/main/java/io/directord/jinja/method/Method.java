package io.directord.jinja.method;

import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Function;
import io.directord.jinja.value.Types;

/** A function bound to a value. */
public record Method(String name, Object self, Function function) implements Function {
  @Override
  public Object call(Arguments arguments) {
    return function.call(arguments);
  }

  @Override
  public String toString() {
    return "<built-in method " + name + " of " + Types.of(self) + " object>";
  }
}
