package io.directord.client.execution.template;

/**
 * Stands for what a template names and does not exist. Whoever asks whether it is defined may have
 * it; every other use fails, as with Jinja2's {@code StrictUndefined}.
 *
 * @param message in Jinja2's words
 * @param quiet whether it prints as nothing and is false, as what {@code a if b} gives where b does
 *     not hold
 */
record Undefined(String message, boolean quiet) {
  Undefined(String message) {
    this(message, false);
  }

  static Undefined noElse(Interpreter in) {
    return new Undefined(
        "the inline if-expression on line "
            + in.getLineNumber()
            + " evaluated to false and no else section was defined.",
        true);
  }

  static Undefined name(String name) {
    return new Undefined("'" + name + "' is undefined");
  }

  static Undefined member(Object base, Object key) {
    String type = base == null ? "None" : Values.type(base) + " object";
    return new Undefined(
        key instanceof String
            ? "'" + type + "' has no attribute " + Values.repr(key)
            : type + " has no element " + Values.repr(key));
  }

  /** Fails if the value is one. */
  static void refuse(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.used();
    }
  }

  TemplateException used() {
    return TemplateException.undefined(message);
  }
}
