package io.directord.jinja.value;

import java.util.List;
import java.util.Map;

/** Elements of values, and attributes that are no methods. */
public final class Items {
  private Items() {}

  /** {@code base[key]}; what stands for an unknown one is an {@link Undefined}. */
  public static Object get(Object base, Object key) {
    return orUndefined(find(base, key), base, key);
  }

  /** {@code base.name}, where it is no method. */
  static Object attribute(Object base, String name) {
    return orUndefined(member(base, name), base, name);
  }

  /** What was found, or what stands for it if it is {@link Arguments#ABSENT}. */
  public static Object orUndefined(Object value, Object base, Object key) {
    return value == Arguments.ABSENT ? undefined(base, key) : value;
  }

  /** What stands for a member that does not exist. */
  public static Undefined undefined(Object base, Object key) {
    String type = base == null ? "None" : Types.of(base) + " object";
    return new Undefined(
        key instanceof String
            ? "'" + type + "' has no attribute " + Values.repr(key)
            : type + " has no element " + Values.repr(key));
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
    Object normal = Values.key(key);
    if (key instanceof Boolean && !map.containsKey(key)) {
      normal = (long) Numbers.index(key);
    }
    return map.containsKey(normal) ? map.get(normal) : Arguments.ABSENT;
  }

  private static Object at(Object base, int index) {
    int length = Values.length(base);
    int place = index < 0 ? index + length : index;
    if (place < 0 || place >= length) {
      return Arguments.ABSENT;
    }
    return base instanceof String text
        ? Strings.character(text, place)
        : ((List<?>) base).get(place);
  }
}
