package io.directord.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as a template's values. */
final class JsonValues {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private JsonValues() {}

  static JsonNode read(String json) {
    return MAPPER.readTree(json);
  }

  static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** A map, which a template may change. */
  static Map<String, Object> map(JsonNode object) {
    Map<String, Object> map = new LinkedHashMap<>();
    object.properties().forEach(entry -> map.put(entry.getKey(), of(entry.getValue())));
    return map;
  }

  private static Object of(JsonNode value) {
    if (value.isObject()) {
      return map(value);
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
