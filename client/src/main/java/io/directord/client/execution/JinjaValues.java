package io.directord.client.execution;

import com.hubspot.jinjava.util.HasObjectTruthValue;
import io.directord.common.json.Json;
import io.directord.common.json.PythonNumber;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** Arguments as the engine wants them, and its values as Python would print them. */
final class JinjaValues {

  /** Python's None; a null would be taken for what does not exist. */
  static final Object NONE =
      new HasObjectTruthValue() {
        @Override
        public boolean getObjectTruthValue() {
          return false;
        }

        @Override
        public String toString() {
          return "None";
        }
      };

  private JinjaValues() {}

  static Map<String, Object> of(Map<String, JsonNode> args) {
    Map<String, Object> values = new LinkedHashMap<>();
    args.forEach((name, value) -> values.put(name, of(value)));
    return values;
  }

  private static Object of(JsonNode value) {
    if (value.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      value.properties().forEach(entry -> map.put(entry.getKey(), of(entry.getValue())));
      return map;
    }
    if (value.isArray()) {
      List<Object> list = new ArrayList<>();
      value.forEach(element -> list.add(of(element)));
      return list;
    }
    if (value.isNull()) {
      return NONE;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isIntegralNumber()) {
      return value.canConvertToLong() ? (Object) value.longValue() : value.bigIntegerValue();
    }
    return value.isNumber() ? (Object) value.doubleValue() : value.asString();
  }

  /** As Python's {@code str()} has it. */
  static String text(Object value) {
    return value instanceof String || value instanceof CharSequence
        ? value.toString()
        : repr(value);
  }

  private static String repr(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof Number) {
      return PythonNumber.text(Json.tree(value));
    }
    if (value instanceof CharSequence) {
      return quoted(value.toString());
    }
    if (value instanceof Map<?, ?> map) {
      StringJoiner out = new StringJoiner(", ", "{", "}");
      map.forEach((key, element) -> out.add(repr(key) + ": " + repr(element)));
      return out.toString();
    }
    if (value instanceof Iterable<?> list) {
      StringJoiner out = new StringJoiner(", ", "[", "]");
      list.forEach(element -> out.add(repr(element)));
      return out.toString();
    }
    return value == null ? "None" : value.toString();
  }

  private static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    for (char c : text.toCharArray()) {
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append(c == quote ? "\\" : "").append(c);
      }
    }
    return out.append(quote).toString();
  }
}
