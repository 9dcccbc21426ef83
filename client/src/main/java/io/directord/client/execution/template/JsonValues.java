package io.directord.client.execution.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A node's arguments as a template's values: copies, which a template may change. */
final class JsonValues {
  private JsonValues() {}

  static Object of(JsonNode value) {
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
