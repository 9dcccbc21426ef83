package io.directord.client.execution.template;

import java.util.List;
import java.util.Map;

/** Attributes and elements of values, and calls. */
final class Lookup {
  private Lookup() {}

  /** {@code base.name}: a method or attribute, else an element of that name. */
  static Object attribute(Object base, String name) {
    Object value = own(base, name);
    return value != Arguments.ABSENT ? value : orUndefined(item(base, name), base, name);
  }

  /** {@code base[key]}: an element, else an attribute of that name. */
  static Object element(Object base, Object key) {
    Object value = item(base, key);
    if (value == Arguments.ABSENT && key instanceof String name) {
      value = own(base, name);
    }
    return orUndefined(value, base, key);
  }

  /** As filters look up attributes: {@code a.b.0}, each part an element first. */
  static Object path(Object base, Object path) {
    return path(base, path, Arguments.ABSENT);
  }

  /**
   * @param otherwise what a part is that does not exist, unless absent or None
   */
  static Object path(Object base, Object path, Object otherwise) {
    if (!(path instanceof String names)) {
      return orElse(element(base, path), otherwise);
    }
    Object value = base;
    for (String part : names.split("\\.", -1)) {
      boolean index = !part.isEmpty() && part.chars().allMatch(Character::isDigit);
      value = orElse(element(value, index ? Numbers.literal(part) : part), otherwise);
    }
    return value;
  }

  private static Object orElse(Object value, Object otherwise) {
    boolean given = otherwise != Arguments.ABSENT && otherwise != null;
    return given && value instanceof Undefined ? otherwise : value;
  }

  static Object call(Object callee, Arguments arguments) {
    Undefined.refuse(callee);
    if (callee instanceof Function function) {
      return function.call(arguments);
    }
    throw new TemplateException("'" + Values.type(callee) + "' object is not callable");
  }

  private static Object orUndefined(Object value, Object base, Object key) {
    return value == Arguments.ABSENT ? Undefined.member(base, key) : value;
  }

  private static Object own(Object base, String name) {
    Undefined.refuse(base);
    if (base instanceof Members members) {
      return members.member(name);
    }
    if (base instanceof Tuple tuple && tuple.place(name) >= 0) {
      return tuple.get(tuple.place(name));
    }
    return Methods.find(base, name);
  }

  private static Object item(Object base, Object key) {
    Undefined.refuse(base);
    Undefined.refuse(key);
    if (base instanceof Map<?, ?> map) {
      boolean hashable = !(key instanceof Map) && (!(key instanceof List) || key instanceof Tuple);
      Object normal = hashable ? Values.key(key) : key;
      Object value = hashable ? map.get(normal) : null;
      return value != null || hashable && map.containsKey(normal) ? value : Arguments.ABSENT;
    }
    if (!Numbers.isInteger(key)) {
      return Arguments.ABSENT;
    }
    return at(base, Values.index(key));
  }

  private static Object at(Object base, int index) {
    if (!(base instanceof String) && !(base instanceof List)) {
      return Arguments.ABSENT;
    }
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
