package io.directord.verbs.external;

import io.directord.common.component.PlanException;
import io.directord.common.component.Values;
import io.directord.common.json.Json;
import io.directord.common.validation.Quoted;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What an argument of a user-defined verb may hold. */
enum ParameterType {
  TEXT("TEXT"),
  INTEGER("N"),
  NUMBER("NUMBER"),
  /** An option without a value; true if it is there. */
  FLAG(null),
  /** Several texts: all words up to the next option, or all that are left. */
  LIST("WORD"),
  /** Any JSON, a list or a map say; as an operand all that is left, so that it needs no quotes. */
  JSON("JSON"),
  /** All that is left, as it is written. */
  REST("TEXT");

  private final String label;

  ParameterType(String label) {
    this.label = label;
  }

  /** Whether nothing can follow it as an operand. */
  boolean takesAll() {
    return this == LIST || this == JSON || this == REST;
  }

  /** As it is written in definitions. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<ParameterType> of(String key) {
    return Arrays.stream(values()).filter(type -> type.key().equals(key)).findFirst();
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(ParameterType::key).toList();
  }

  /** What stands for a value of an option in help texts. */
  String label() {
    return label;
  }

  /** One value of it; of a list, one element. */
  JsonNode read(String text) throws PlanException {
    return switch (this) {
      case TEXT, LIST, REST -> JsonNodeFactory.instance.stringNode(text);
      case FLAG -> JsonNodeFactory.instance.booleanNode(Values.flag(text));
      case INTEGER -> integer(text);
      case NUMBER -> number(text);
      case JSON -> json(text);
    };
  }

  private static JsonNode integer(String text) throws PlanException {
    try {
      return JsonNodeFactory.instance.numberNode(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      throw new PlanException("a whole number is expected, not " + Quoted.of(text), e);
    }
  }

  private static JsonNode number(String text) throws PlanException {
    JsonNode value = parsed(text);
    if (value == null || !value.isNumber()) {
      throw new PlanException("a number is expected, not " + Quoted.of(text));
    }
    return value;
  }

  private static JsonNode json(String text) throws PlanException {
    JsonNode value = parsed(text);
    if (value == null) {
      throw new PlanException(
          "JSON is expected, such as [1, 2] or {\"a\": 1}, not " + Quoted.of(text));
    }
    return value;
  }

  private static JsonNode parsed(String text) {
    try {
      JsonNode value = Json.mapper().readTree(text.strip());
      return value.isMissingNode() ? null : value;
    } catch (JacksonException e) {
      return null;
    }
  }
}
