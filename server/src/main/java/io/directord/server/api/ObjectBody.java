package io.directord.server.api;

import io.directord.common.json.Json;
import io.directord.common.json.JsonProblem;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A body that is one object with known keys and nothing after it. What is not known is refused: a
 * misspelt key would leave out what it was to limit.
 */
final class ObjectBody {
  private ObjectBody() {}

  /** Throws {@link ApiProblem} if it is anything else. */
  static ObjectNode read(RequestBody body, Set<String> keys) throws IOException {
    try (WeighedJson in = body.json()) {
      in.nextToken();
      if (!(in.currentToken() != null && in.tree() instanceof ObjectNode object)) {
        throw Call.bad("an object is expected, with " + listed(keys));
      }
      for (String key : object.propertyNames()) {
        if (!keys.contains(key)) {
          throw Call.bad(
              "unknown key "
                  + Quoted.begin(key)
                  + Nearest.hint(key, keys)
                  + "; there is "
                  + listed(keys));
        }
      }
      if (in.nextToken() != null) {
        throw Call.bad("the body is not valid JSON: something follows its end");
      }
      return object;
    } catch (JacksonException e) {
      throw cannotBeUsed(e);
    }
  }

  /**
   * Likewise.
   *
   * @param type whose components, each of one word, are the keys
   */
  static <T extends Record> T read(RequestBody body, Class<T> type) throws IOException {
    return as(type, read(body, keys(type)));
  }

  /** Throws {@link ApiProblem} if the values are not of that type. */
  static <T extends Record> T as(Class<T> type, ObjectNode body) {
    try {
      return Json.read(body, type);
    } catch (JacksonException e) {
      throw cannotBeUsed(e);
    }
  }

  static Set<String> keys(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String listed(Set<String> keys) {
    return keys.stream().sorted().collect(Collectors.joining(", "));
  }

  private static ApiProblem cannotBeUsed(JacksonException e) {
    return Call.bad("the body cannot be used: " + JsonProblem.of(e));
  }
}
