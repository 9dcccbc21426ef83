package io.directord.common.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** JSON as values of Java, as templates know them. */
public final class PlainValues {
  private PlainValues() {}

  /**
   * The value as a {@code Map}, {@code List}, {@code String}, {@code Boolean}, {@code Long}, {@code
   * BigInteger} or {@code Double}, or null: a copy, which may be changed.
   */
  public static Object of(JsonNode value) {
    if (value.isObject()) {
      Map<Object, Object> map = new LinkedHashMap<>();
      value.properties().forEach(entry -> map.put(entry.getKey(), of(entry.getValue())));
      return map;
    }
    if (value.isArray()) {
      List<Object> list = new ArrayList<>();
      value.forEach(element -> list.add(of(element)));
      return list;
    }
    if (value.isNull()) {
      return null;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isIntegralNumber()) {
      return value.canConvertToLong() ? (Object) value.longValue() : value.bigIntegerValue();
    }
    return value.isNumber() ? (Object) value.doubleValue() : value.asString();
  }
}
