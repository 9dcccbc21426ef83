package io.directord.client.execution.template;

import io.directord.common.json.Json;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** JSON as Jinja2's {@code tojson} writes it: keys sorted, ASCII, and safe within HTML. */
final class JsonText {
  private static final Pattern ESCAPED = Pattern.compile("(?s)[^ -\\x7f]|[<>&']");

  private JsonText() {}

  static Object filter(Object value, Arguments arguments) {
    Object indent = arguments.bind("tojson", "indent?")[0];
    boolean plain = indent == Arguments.ABSENT || indent == null;
    String step = plain ? null : Strings.repeat(" ", Values.index(indent));
    return json(value, step, plain ? "" : "\n");
  }

  /**
   * @param step what each level is indented by, or null for one line
   * @param line what begins a line of this level
   */
  private static String json(Object value, String step, String line) {
    Undefined.refuse(value);
    String inner = step == null ? "" : line + step;
    if (value instanceof Map<?, ?> map) {
      StringJoiner out = joiner("{", "}", step, map.isEmpty() ? "" : inner, line);
      Map<Object, Object> sorted = new TreeMap<>(Operators::order);
      sorted.putAll(map);
      sorted.forEach(
          (key, element) -> add(out, string(key(key)) + ": " + json(element, step, inner)));
      return map.isEmpty() ? "{}" : out.toString();
    }
    if (value instanceof List<?> list) {
      StringJoiner out = joiner("[", "]", step, inner, line);
      list.forEach(element -> add(out, json(element, step, inner)));
      return list.isEmpty() ? "[]" : out.toString();
    }
    if (value instanceof String text) {
      return string(text);
    }
    if (value instanceof Double number && !Double.isFinite(number)) {
      return Double.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
    }
    if (value == null || Numbers.isNumeric(value)) {
      return key(value);
    }
    throw new TemplateException(
        "Object of type " + Values.type(value) + " is not JSON serializable");
  }

  private static void add(StringJoiner out, String more) {
    Limits.text((long) out.length() + more.length());
    out.add(more);
  }

  private static StringJoiner joiner(
      String begin, String end, String step, String inner, String line) {
    String separator = step == null ? ", " : "," + inner;
    return new StringJoiner(separator, begin + inner, (step == null ? "" : line) + end);
  }

  private static String key(Object key) {
    if (key == null) {
      return "null";
    }
    return key instanceof Boolean ? key.toString() : Values.text(key);
  }

  private static String string(String text) {
    return ESCAPED
        .matcher(Json.text(text))
        .replaceAll(
            found -> {
              StringBuilder out = new StringBuilder();
              found.group().chars().forEach(c -> out.append(String.format("\\\\u%04x", c)));
              return out.toString();
            });
  }
}
