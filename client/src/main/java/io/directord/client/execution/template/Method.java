package io.directord.client.execution.template;

/** A function that belongs to a value. */
record Method(String name, Object self, Function function) implements Function {
  @Override
  public Object call(Arguments arguments) {
    return function.call(arguments);
  }

  @Override
  public String toString() {
    return "<built-in method " + name + " of " + Values.type(self) + " object>";
  }
}
