package io.directord.jinja.method;

import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Function;
import io.directord.jinja.value.Members;
import io.directord.jinja.value.Types;

/** A function bound to a value. */
public record Method(String name, Object self, Function function) implements Function, Members {
  @Override
  public Object call(Arguments arguments) {
    return function.call(arguments);
  }

  @Override
  public Object member(String attribute) {
    return Arguments.ABSENT;
  }

  @Override
  public String type() {
    return "builtin_function_or_method";
  }

  @Override
  public String shown() {
    if (self instanceof Members members) {
      String type = members.type().substring(members.type().lastIndexOf('.') + 1);
      return "<bound method " + type + "." + name + " of " + members.shown() + ">";
    }
    return "<built-in method " + name + " of " + Types.of(self) + " object>";
  }
}
