package io.directord.cli.output;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Values in the notation of Python, in which the original prints them and scripts expect them. */
final class PythonText {
  private PythonText() {}

  /** A bare text, or a value in Python's notation. */
  static String of(JsonNode value) {
    return value.isString() ? value.stringValue() : literal(value);
  }

  /** Python's word for it. */
  static String of(boolean value) {
    return value ? "True" : "False";
  }

  private static String literal(JsonNode value) {
    if (value.isObject()) {
      return value.properties().stream()
          .map(entry -> quoted(entry.getKey()) + ": " + literal(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value.isArray()) {
      return value.values().stream()
          .map(PythonText::literal)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (value.isBoolean()) {
      return of(value.booleanValue());
    }
    if (value.isNull()) {
      return "None";
    }
    return value.isString() ? quoted(value.stringValue()) : value.toString();
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
    if (quote == '\'') {
      escaped = escaped.replace("'", "\\'");
    }
    return quote + escaped + quote;
  }
}
