package io.directord.jinja.method;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Function;
import io.directord.jinja.value.Items;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Types;
import io.directord.jinja.value.Undefined;

/** Attributes and elements of values, and calls. */
public final class Lookup {
  private Lookup() {}

  /** {@code base.name}: a method or attribute, else an element of that name. */
  public static Object attribute(Object base, String name) {
    Object value = own(base, name);
    return value != Arguments.ABSENT
        ? value
        : Items.orUndefined(Items.find(base, name), base, name);
  }

  /** {@code base[key]}: an element, else an attribute of that name. */
  public static Object element(Object base, Object key) {
    Object value = Items.find(base, key);
    if (value == Arguments.ABSENT && key instanceof String name) {
      value = own(base, name);
    }
    return Items.orUndefined(value, base, key);
  }

  /** The lookup of filters: {@code a.b.0}, where each part is an element, or else an attribute. */
  public static Object path(Object base, Object path) {
    return path(base, path, Arguments.ABSENT);
  }

  /**
   * @param otherwise the value of a part that does not exist, unless absent or None
   */
  public static Object path(Object base, Object path, Object otherwise) {
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

  public static Object call(Object callee, Arguments arguments) {
    Undefined.refuse(callee);
    if (callee instanceof Function function) {
      return function.call(arguments);
    }
    throw new TemplateException("'" + Types.of(callee) + "' object is not callable");
  }

  private static Object own(Object base, String name) {
    Object value = Items.member(base, name);
    return value == Arguments.ABSENT ? Methods.find(base, name) : value;
  }
}
