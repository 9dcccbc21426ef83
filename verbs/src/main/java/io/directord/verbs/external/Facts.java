package io.directord.verbs.external;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.json.Json;
import io.directord.common.json.JsonProblem;
import io.directord.common.validation.InvalidException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a node must know of a user-defined verb before it fetches the definition; it travels in the
 * job.
 *
 * @param cacheable whether a fingerprint that succeeded is skipped the next time
 * @param lock jobs that name the same never run at the same time on a node; or null
 * @param keeps the argument that the script's standard output becomes; or null
 * @param preview whether the script can say what it would do, and does nothing then
 */
public record Facts(
    boolean cacheable,
    String lock,
    String keeps,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean preview) {

  /** The key of a job's arguments that says that its verb is user-defined. */
  public static final String KEY = "component";

  /**
   * What a job says of its verb, or null if that is not user-defined.
   *
   * @throws InvalidException if it says it in another form, in words for who submitted it
   */
  public static Facts of(ObjectNode arguments) {
    JsonNode json = arguments.get(KEY);
    if (json == null || json.isNull()) {
      return null;
    }
    try {
      if (json.isObject()) {
        return Json.read(json, Facts.class);
      }
    } catch (JacksonException e) {
      throw InvalidException.of(KEY, JsonProblem.of(e).toString());
    }
    throw InvalidException.of(KEY, "an object with cacheable, lock, keeps and preview is expected");
  }
}
