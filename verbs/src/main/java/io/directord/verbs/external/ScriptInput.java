package io.directord.verbs.external;

import io.directord.common.component.EnvironmentVariable;
import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.component.ReadableNode;
import io.directord.common.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The input of a script: the rendered arguments, each of its type. */
final class ScriptInput {
  private final Definition definition;
  private final ObjectNode values = Json.object();

  private ScriptInput(Definition definition) {
    this.definition = definition;
  }

  /**
   * @throws JobException naming verb and argument, if a rendered value is not of its type
   */
  static ScriptInput of(Definition definition, ObjectNode arguments, ReadableNode node)
      throws JobException {
    ScriptInput input = new ScriptInput(definition);
    for (Parameter parameter : definition.parameters()) {
      JsonNode value = arguments.get(parameter.name());
      input.values.set(
          parameter.name(),
          input.rendered(parameter, value == null ? parameter.initial() : value, node));
    }
    return input;
  }

  private JsonNode rendered(Parameter parameter, JsonNode value, ReadableNode node)
      throws JobException {
    if (value.isString()) {
      String text = node.render(value.stringValue());
      try {
        return parameter.check(text);
      } catch (PlanException e) {
        throw new JobException(
            definition.verb() + ": " + parameter.name() + ": " + e.getMessage(), e);
      }
    }
    if (value.isArray() && parameter.type() == ParameterType.LIST) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : value) {
        list.add(rendered(parameter, element, node));
      }
      return list;
    }
    return value;
  }

  /**
   * Variables {@code ARG_NAME}; a list has one value a line, nothing is an empty text.
   *
   * @throws JobException naming verb and argument, if one cannot be a variable
   */
  Map<String, String> variables() throws JobException {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Parameter parameter : definition.parameters()) {
      JsonNode value = values.get(parameter.name());
      String text = variable(parameter, value);
      Optional<String> error = EnvironmentVariable.validationError(parameter.variable(), text);
      if (error.isPresent()) {
        throw new JobException(definition.verb() + ": " + parameter.name() + ": " + error.get());
      }
      variables.put(parameter.variable(), text);
    }
    return variables;
  }

  private static String variable(Parameter parameter, JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    if (value.isArray() && parameter.type() == ParameterType.LIST) {
      List<String> lines = new ArrayList<>();
      value.forEach(element -> lines.add(element.asString()));
      return String.join("\n", lines);
    }
    return value.isContainer() ? value.toString() : value.asString();
  }

  /** The same with types, and what else a script may want to know. */
  byte[] json(ReadableNode node) {
    ObjectNode out = Json.object();
    out.put("verb", definition.verb());
    out.put("node", node.identity());
    out.set("arguments", values);
    out.set("args", Json.tree(node.args()));
    return Json.bytes(out);
  }
}
