package io.directord.common.api;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;

/** A JSON object that is read by hand; keys that are missing or null are null, 0 or false. */
record FlatObject(JsonNode json, DeserializationContext context) {

  /**
   * The next value.
   *
   * @param type what is expected, for the message if it is no object
   */
  static FlatObject read(JsonParser in, DeserializationContext context, Class<?> type) {
    JsonNode json = context.readTree(in);
    return json.isObject()
        ? new FlatObject(json, context)
        : context.reportInputMismatch(type, "an object is expected");
  }

  FlatObject object(String key) {
    JsonNode value = json.path(key);
    return value.isObject() ? new FlatObject(value, context) : null;
  }

  boolean has(String key) {
    return json.hasNonNull(key);
  }

  String text(String key) {
    JsonNode value = json.path(key);
    return value.isString() ? value.stringValue() : null;
  }

  int number(String key) {
    return json.path(key).asInt(0);
  }

  boolean isTrue(String key) {
    return json.path(key).asBoolean(false);
  }

  <T> T value(String key, Class<T> type) {
    return has(key) ? context.readTreeAsValue(json.path(key), type) : null;
  }
}
