package io.directord.client.cache;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a value extends an existing one: lists are appended, maps are merged, all else is replaced.
 */
public final class Merge {
  private Merge() {}

  /** A new value; neither argument is changed. */
  public static JsonNode of(JsonNode base, JsonNode more) {
    if (base instanceof ArrayNode list && more instanceof ArrayNode others) {
      return list.deepCopy().addAll(others);
    }
    if (base instanceof ObjectNode map && more instanceof ObjectNode others) {
      ObjectNode merged = map.deepCopy();
      for (var entry : others.properties()) {
        JsonNode old = merged.get(entry.getKey());
        merged.set(entry.getKey(), old == null ? entry.getValue() : of(old, entry.getValue()));
      }
      return merged;
    }
    return more;
  }
}
