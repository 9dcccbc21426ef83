package io.directord.jinja.evaluate;

import io.directord.jinja.value.Undefined;
import java.util.HashMap;
import java.util.Map;

/** The names of a part of a template, and of the enclosing parts. */
final class Scope {
  private final Scope around;
  private final Context context;
  private Map<String, Object> names = Map.of();

  private Scope(Scope around, Context context) {
    this.around = around;
    this.context = context;
  }

  /** The scope of a whole template. */
  static Scope of(Context context) {
    return new Scope(new Scope(null, context), context);
  }

  Scope inner() {
    return new Scope(this, context);
  }

  /** The value, or an {@link Undefined} for an unknown name. */
  Object get(String name) {
    Scope scope = this;
    while (true) {
      Object value = scope.names.get(name);
      if (value != null || scope.names.containsKey(name)) {
        return value;
      }
      if (scope.around == null) {
        return scope.given(name);
      }
      scope = scope.around;
    }
  }

  private Object given(String name) {
    Object value = context.find(name);
    if (value == Context.ABSENT) {
      Object function = Functions.ALL.get(name);
      value = function == null ? undefined(name) : function;
    }
    set(name, value);
    return value;
  }

  private static Undefined undefined(String name) {
    return new Undefined("'" + name + "' is undefined", Undefined.Kind.NAME);
  }

  void set(String name, Object value) {
    if (names.isEmpty()) {
      names = new HashMap<>();
    }
    names.put(name, value);
  }
}
