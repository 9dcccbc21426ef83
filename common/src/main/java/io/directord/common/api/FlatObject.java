package io.directord.common.api;

import io.directord.common.json.InstantText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;

/**
 * A JSON object that is read by hand; keys that are missing or null are null, 0 or false. What is
 * not of the expected form is a {@link tools.jackson.core.JacksonException}.
 */
record FlatObject(JsonNode json) {

  FlatObject {
    if (!json.isObject()) {
      throw wrong("an object is expected");
    }
  }

  /** The next value. */
  static FlatObject read(JsonParser in, DeserializationContext context) {
    return new FlatObject(context.readTree(in));
  }

  private static StreamReadException wrong(String message) {
    return new StreamReadException(null, message);
  }

  FlatObject object(String key) {
    JsonNode value = json.path(key);
    return value.isObject() ? new FlatObject(value) : null;
  }

  /** The elements of a list, none of which may be missing; null if there is no list. */
  <T> List<T> list(String key, Function<JsonNode, T> reads) {
    JsonNode values = json.path(key);
    if (!values.isArray()) {
      return null;
    }
    List<T> all = new ArrayList<>(values.size());
    for (JsonNode value : values) {
      all.add(reads.apply(value));
    }
    return all;
  }

  /** Likewise; what has none is not read. */
  <T> List<T> required(String key, Function<JsonNode, T> reads) {
    List<T> all = list(key, reads);
    if (all == null) {
      throw wrong("there is no list " + key);
    }
    return all;
  }

  List<String> texts(String key) {
    return list(key, value -> value.asString(null));
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

  Duration duration(String key) {
    return has(key) ? Duration.ofNanos(Math.round(json.path(key).asDouble() * 1e9)) : null;
  }

  Instant instant(String key) {
    String text = text(key);
    try {
      return text == null ? null : InstantText.parse(text);
    } catch (DateTimeException e) {
      throw wrong(key + ": an ISO-8601 instant is expected");
    }
  }

  UUID id(String key) {
    return has(key) ? id(json.path(key)) : null;
  }

  static UUID id(JsonNode value) {
    try {
      return UUID.fromString(value.asString(""));
    } catch (IllegalArgumentException e) {
      throw wrong("a UUID is expected");
    }
  }

  <E extends Enum<E>> E constant(String key, Class<E> type) {
    String text = text(key);
    try {
      return text == null ? null : Enum.valueOf(type, text);
    } catch (IllegalArgumentException e) {
      throw wrong(key + ": unknown " + type.getSimpleName());
    }
  }
}
