package io.directord.jinja.value;

import java.util.List;
import java.util.Map;

/** Elements of values, and attributes that are not methods. */
public final class Items {
  private Items() {}

  /** {@code base[key]}, or an {@link Undefined} if there is no such element. */
  public static Object get(Object base, Object key) {
    return orUndefined(find(base, key), base, key);
  }

  /** {@code base.name}, where it is not a method. */
  static Object attribute(Object base, String name) {
    return orUndefined(member(base, name), base, name);
  }

  /** The value found, or an {@link Undefined} if it is {@link Arguments#ABSENT}. */
  public static Object orUndefined(Object value, Object base, Object key) {
    return value == Arguments.ABSENT ? undefined(base, key) : value;
  }

  /** The {@link Undefined} for a member that does not exist. */
  public static Undefined undefined(Object base, Object key) {
    String type = base == null ? "None" : Types.of(base) + " object";
    return new Undefined(
        key instanceof String
            ? "'" + type + "' has no attribute " + PythonValues.repr(key)
            : type + " has no element " + PythonValues.repr(key));
  }

  /** An attribute, or {@link Arguments#ABSENT}. */
  public static Object member(Object base, String name) {
    Undefined.refuse(base);
    if (base instanceof Members members) {
      return members.member(name);
    }
    boolean there = base instanceof Tuple tuple && tuple.place(name) >= 0;
    return there ? ((Tuple) base).get(((Tuple) base).place(name)) : Arguments.ABSENT;
  }

  /** An element, or {@link Arguments#ABSENT}. */
  public static Object find(Object base, Object key) {
    if (base instanceof Markup markup) {
      return Escaping.made(find(markup.text(), key));
    }
    Undefined.refuse(base);
    Undefined.refuse(key);
    if (base instanceof Map<?, ?> map) {
      return entry(map, key);
    }
    return Numbers.isInteger(key) && Types.isSequence(base)
        ? at(base, Numbers.index(key))
        : Arguments.ABSENT;
  }

  private static Object entry(Map<?, ?> map, Object key) {
    if (key instanceof Map || Types.isList(key)) {
      return Arguments.ABSENT;
    }
    Object own = PythonValues.key(map, key);
    return map.containsKey(own) ? map.get(own) : Arguments.ABSENT;
  }

  private static Object at(Object base, int index) {
    int length = PythonValues.length(base);
    int place = index < 0 ? index + length : index;
    if (place < 0 || place >= length) {
      return Arguments.ABSENT;
    }
    return base instanceof String text
        ? Strings.character(text, place)
        : ((List<?>) base).get(place);
  }
}
