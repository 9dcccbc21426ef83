package io.directord.server.api;

import io.directord.common.config.HookParameter;
import io.directord.common.config.IncomingHook;
import io.directord.common.json.Json;
import io.directord.common.json.JsonProblem;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What callers of hooks say in the body of their request. */
final class HookBody {
  private static final String PARAMETERS = "parameters";

  private HookBody() {}

  /**
   * The body is {@code {"parameters": {...}}}, or empty; whatever else is in it is refused.
   *
   * @param errors receives what is wrong
   */
  static Map<String, String> parameters(IncomingHook hook, byte[] body, List<String> errors) {
    Map<String, String> given = new LinkedHashMap<>();
    if (body.length == 0) {
      return given;
    }
    JsonNode root = tree(body);
    JsonNode all = root.path(PARAMETERS);
    if (!(root instanceof ObjectNode object)
        || !all.isObject() && !all.isMissingNode()
        || object.size() > (all.isMissingNode() ? 0 : 1)) {
      errors.add("a body such as {\"parameters\": {...}} is expected, and nothing else");
      return given;
    }
    for (Map.Entry<String, JsonNode> one : all.properties()) {
      if (hook.names().contains(one.getKey())) {
        put(one.getKey(), one.getValue(), given, errors);
      } else {
        errors.add(
            "hook "
                + hook.name()
                + " has no parameter "
                + Quoted.begin(one.getKey())
                + Nearest.hint(one.getKey(), hook.names()));
      }
    }
    return given;
  }

  /**
   * The body is somebody else's, in which parameters are found by their pointers.
   *
   * @param errors receives what is wrong
   */
  static Map<String, String> pointed(IncomingHook hook, byte[] body, List<String> errors) {
    Map<String, String> given = new LinkedHashMap<>();
    JsonNode root = tree(body);
    for (HookParameter parameter : hook.parameters()) {
      JsonNode value = root.at(parameter.from());
      if (!value.isMissingNode() && !value.isNull()) {
        put(parameter.name(), value, given, errors);
      }
    }
    return given;
  }

  private static JsonNode tree(byte[] body) {
    try {
      return Json.mapper()
          .reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .readTree(body);
    } catch (JacksonException e) {
      throw Call.bad("the body cannot be used: " + JsonProblem.of(e));
    }
  }

  /** A number with a fraction would not always be what was written. */
  private static void put(
      String name, JsonNode value, Map<String, String> given, List<String> errors) {
    if (value.isString()) {
      given.put(name, value.stringValue());
    } else if (value.isIntegralNumber() || value.isBoolean()) {
      given.put(name, value.asString());
    } else {
      errors.add(name + ": a text, a whole number, true or false is expected");
    }
  }
}
