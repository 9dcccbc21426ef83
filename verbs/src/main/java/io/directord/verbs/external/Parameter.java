package io.directord.verbs.external;

import io.directord.common.component.PlanException;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One argument of a user-defined verb.
 *
 * @param name lower case, words joined with {@code _}
 * @param initial its default; JSON's null for none
 * @param choices the only values; empty for any
 * @param help a sentence
 */
record Parameter(
    String name,
    ParameterType type,
    boolean required,
    JsonNode initial,
    List<String> choices,
    String help) {

  /** As an option is written. */
  String option() {
    return "--" + name.replace('_', '-');
  }

  /** As an operand is shown. */
  String operand() {
    String label = name.toUpperCase(Locale.ROOT);
    return type == ParameterType.LIST ? label + "..." : label;
  }

  /** The variable that scripts find it in. */
  String variable() {
    return "ARG_" + name.toUpperCase(Locale.ROOT);
  }

  /** Placeholder of an option's value in help texts. */
  String label() {
    return choices.isEmpty() ? type.label() : String.join("|", choices);
  }

  /** The sentence, and the default if there is one. */
  String fullHelp() {
    boolean shown = !initial.isNull() && type != ParameterType.FLAG;
    String value = initial.isString() ? initial.stringValue() : initial.toString();
    return shown ? (help + " Default: " + value).strip() : help;
  }

  /** A value as an author writes it; one with a template stays a text until it is rendered. */
  JsonNode read(String text) throws PlanException {
    return isTemplate(text) ? JsonNodeFactory.instance.stringNode(text) : check(text);
  }

  /** A value in JSON, of its type or as an author writes it. */
  JsonNode read(JsonNode value) throws PlanException {
    if (type == ParameterType.LIST) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : value.isArray() ? value : List.of(value)) {
        list.add(read(scalar(element)));
      }
      return list;
    }
    return type == ParameterType.JSON && !value.isString() ? value : read(scalar(value));
  }

  private String scalar(JsonNode value) throws PlanException {
    if (value.isContainer()) {
      throw new PlanException("a " + type.key() + " is expected, not " + value);
    }
    return value.asString();
  }

  /** A value without templates. */
  JsonNode check(String text) throws PlanException {
    if (!choices.isEmpty() && !choices.contains(text)) {
      throw new PlanException(
          "one of "
              + String.join(", ", choices)
              + " is expected, not "
              + Quoted.of(text)
              + Nearest.hint(text, choices));
    }
    return type.read(text);
  }

  private static boolean isTemplate(String text) {
    return text.contains("{{") || text.contains("{%");
  }
}
