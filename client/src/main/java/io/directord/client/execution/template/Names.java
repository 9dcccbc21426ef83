package io.directord.client.execution.template;

import com.hubspot.jinjava.interpret.Context;
import java.util.Map;

/**
 * The names that a template knows. None is a Java null wherever values are, but not among the
 * names: there the engine would take it for a name that does not exist.
 */
final class Names {
  private static final Object NONE = new Object();

  private Names() {}

  /** The value; what stands for an unknown name is an {@link Undefined}. */
  static Object get(Context context, String name) {
    Object value = context.get(name);
    return value == null ? Undefined.name(name) : value == NONE ? null : value;
  }

  static void set(Context context, String name, Object value) {
    context.put(name, value == null ? NONE : value);
  }

  static void setAll(Context context, Map<String, Object> values) {
    values.forEach((name, value) -> set(context, name, value));
  }
}
