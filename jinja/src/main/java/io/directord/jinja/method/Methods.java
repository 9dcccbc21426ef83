package io.directord.jinja.method;

import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Types;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The methods of strings, lists and maps. */
public final class Methods {
  private Methods() {}

  /** The method, or {@link Arguments#ABSENT}. */
  public static Object find(Object self, String name) {
    if (self instanceof String text) {
      return bound(text, name, StringMethods.ALL.get(name));
    }
    if (self instanceof Map<?, ?>) {
      return bound(Methods.<Map<Object, Object>>as(self), name, MapMethods.ALL.get(name));
    }
    if (Types.isSequence(self)) {
      boolean fixed = !Types.isList(self);
      return fixed && !ListMethods.OF_TUPLES.contains(name)
          ? Arguments.ABSENT
          : bound(Methods.<List<Object>>as(self), name, ListMethods.ALL.get(name));
    }
    return Arguments.ABSENT;
  }

  private static <T> Object bound(T self, String name, Unbound<T> method) {
    return method == null
        ? Arguments.ABSENT
        : new Method(name, self, arguments -> method.call(self, arguments));
  }

  /** Casts a value whose type was checked; its elements may have any type. */
  @SuppressWarnings("unchecked")
  private static <T extends Object> T as(Object value) {
    assert value instanceof Collection || value instanceof Map;
    return (T) value;
  }
}
