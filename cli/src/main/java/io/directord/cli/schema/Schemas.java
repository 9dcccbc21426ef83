package io.directord.cli.schema;

import io.directord.common.json.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Parts that several schemas have. */
final class Schemas {
  private static final String DRAFT = "http://json-schema.org/draft-07/schema#";

  private Schemas() {}

  /** A whole schema, without its type. */
  static ObjectNode root(String title, String description) {
    return Json.object().put("$schema", DRAFT).put("title", title).put("description", description);
  }

  /** What is of one of these types. */
  static ObjectNode of(String... types) {
    ObjectNode schema = Json.object();
    if (types.length == 1) {
      return schema.put("type", types[0]);
    }
    ArrayNode all = schema.putArray("type");
    List.of(types).forEach(all::add);
    return schema;
  }

  static ObjectNode of(String description, ObjectNode schema) {
    return schema.put("description", description);
  }

  /** A mapping that has no other keys than those that are put into its properties. */
  static ObjectNode closed() {
    ObjectNode schema = of("object");
    schema.putObject("properties");
    return schema.put("additionalProperties", false);
  }

  static ObjectNode properties(ObjectNode schema) {
    return (ObjectNode) schema.get("properties");
  }

  static ObjectNode listOf(ObjectNode element) {
    ObjectNode list = of("array");
    list.set("items", element);
    return list;
  }

  static ObjectNode anyOf(ObjectNode... alternatives) {
    ObjectNode schema = Json.object();
    ArrayNode all = schema.putArray("anyOf");
    List.of(alternatives).forEach(all::add);
    return schema;
  }
}
