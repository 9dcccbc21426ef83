package io.directord.common.component;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.job.Job;
import io.directord.common.json.Json;
import io.directord.common.json.JsonProblem;
import io.directord.common.validation.InvalidException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A file that a job delivers, as it was when the job was planned.
 *
 * @param path absolute, where the operator stands
 * @param sha256 fingerprint of its content, lower-case hexadecimal
 * @param size in bytes
 * @param to where it goes on the node, possibly a template; null until a verb has said so
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SourceFile(String path, String sha256, long size, String to) {

  /** The key of a job's arguments that lists the files it delivers, whatever its verb. */
  public static final String KEY = "files";

  public SourceFile to(String destination) {
    return new SourceFile(path, sha256, size, destination);
  }

  /**
   * The files that a job delivers; empty for most verbs.
   *
   * @throws InvalidException if their form is invalid; the message is for the caller
   */
  public static List<SourceFile> in(Job job) {
    JsonNode files = job.arguments().get(KEY);
    if (files == null || files.isNull()) {
      return List.of();
    }
    if (!files.isArray()) {
      throw InvalidException.of(KEY, "a list is expected");
    }
    List<SourceFile> found = new ArrayList<>();
    for (JsonNode file : files) {
      found.add(one(file));
    }
    return found;
  }

  private static SourceFile one(JsonNode json) {
    SourceFile file;
    try {
      file = json.isObject() ? Json.read(json, SourceFile.class) : null;
    } catch (JacksonException e) {
      throw InvalidException.of(KEY, JsonProblem.of(e).toString());
    }
    if (file == null
        || file.path == null
        || file.sha256 == null
        || !file.sha256.matches("[0-9a-f]{64}")
        || file.size < 0) {
      throw InvalidException.of(KEY, "each needs path, sha256 and size");
    }
    return file;
  }
}
