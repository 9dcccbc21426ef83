package io.directord.jinja.value;

import java.util.List;
import java.util.Map;

/** The types of values, in Python's terms. */
public final class Types {
  private Types() {}

  /** The name of a value's type. */
  public static String of(Object value) {
    if (value == null) {
      return "NoneType";
    }
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Markup) {
      return "Markup";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Number) {
      return value instanceof Double ? "float" : "int";
    }
    if (value instanceof Map) {
      return "dict";
    }
    if (value instanceof List<?> list) {
      return list(list);
    }
    if (value instanceof Generator generator) {
      return generator.type();
    }
    return value instanceof Members members ? members.type() : "StrictUndefined";
  }

  private static String list(List<?> value) {
    if (value instanceof View view) {
      return view.type();
    }
    return value instanceof Tuple ? "tuple" : value instanceof Range ? "range" : "list";
  }

  /** Whether it can be looked up by a number: a text, a list, a tuple or a range. */
  public static boolean isSequence(Object value) {
    return value instanceof String || value instanceof List && !(value instanceof View);
  }

  /** Whether it is a list that can be changed. */
  public static boolean isList(Object value) {
    return value instanceof List
        && !(value instanceof Tuple || value instanceof Range || value instanceof View);
  }
}
