package io.directord.server.api;

import io.directord.common.api.Reruns;
import io.directord.common.api.Reruns.Which;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the body of a request to run jobs again. */
final class RerunReader {
  private static final Set<String> KEYS =
      Set.of("only", "together", "rerun_id", "stream", "check_only", "limit");

  private final ObjectNode body;

  private RerunReader(ObjectNode body) {
    this.body = body;
  }

  /** Throws {@link ApiProblem} if it is not an object with known keys. */
  static RerunReader of(RequestBody body) throws IOException {
    return new RerunReader(ObjectBody.read(body, KEYS));
  }

  /** Whether it is only to be said what would run. */
  boolean isCheckOnly() {
    return flag("check_only");
  }

  Reruns.Request request() {
    return new Reruns.Request(only(), flag("together"), id(), flag("stream"), limit());
  }

  private List<String> limit() {
    JsonNode limit = body.path("limit");
    if (limit.isMissingNode()) {
      return List.of();
    }
    boolean isList = limit.isArray() && limit.valueStream().allMatch(JsonNode::isString);
    if (!isList || limit.isEmpty()) {
      throw Call.bad("limit: a list of targets is expected");
    }
    return limit.valueStream().map(JsonNode::asString).toList();
  }

  private Set<Which> only() {
    List<String> words = Arrays.stream(Which.values()).map(Which::word).toList();
    EnumSet<Which> only = EnumSet.noneOf(Which.class);
    for (JsonNode word : body.path("only")) {
      String text = word.asString("");
      if (!words.contains(text)) {
        throw Call.bad(
            "only: one of "
                + String.join(", ", words)
                + " is expected, not "
                + Quoted.of(text)
                + Nearest.hint(text, words));
      }
      only.add(Which.values()[words.indexOf(text)]);
    }
    if (only.isEmpty() || !body.path("only").isArray()) {
      throw Call.bad("only: a list of " + String.join(", ", words) + " is expected");
    }
    return only;
  }

  private UUID id() {
    JsonNode id = body.path("rerun_id");
    return id.isMissingNode() ? UUID.randomUUID() : Call.uuid("rerun_id", id.asString(""));
  }

  private boolean flag(String key) {
    JsonNode value = body.path(key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw Call.bad(key + ": true or false is expected");
    }
    return value.asBoolean(false);
  }
}
