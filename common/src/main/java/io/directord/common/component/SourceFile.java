package io.directord.common.component;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.job.Job;
import io.directord.common.json.JsonTree;
import io.directord.common.json.ShownJson;
import io.directord.common.security.Digests;
import io.directord.common.validation.InvalidException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
    JsonNode path = json.path("path");
    JsonNode sha256 = json.path("sha256");
    JsonNode size = json.path("size");
    JsonNode to = json.path("to");
    if (!path.isString()
        || !sha256.isString()
        || !Digests.isSha256(sha256.stringValue())
        || !size.canConvertToLong()
        || size.longValue() < 0
        || !isTextOrNone(to)) {
      throw InvalidException.of(
          KEY,
          "each needs a text as path, 64 hexadecimal digits as sha256 and the number of bytes as"
              + " size, and may have a text as to, not "
              + ShownJson.of(json));
    }
    return new SourceFile(
        path.stringValue(), sha256.stringValue(), size.longValue(), to.asString(null));
  }

  private static boolean isTextOrNone(JsonNode value) {
    return value.isString() || value.isNull() || value.isMissingNode();
  }

  /** As the mapper writes it, without it: to set that up takes longer than a short command. */
  public ObjectNode json() {
    ObjectNode json = JsonTree.object().put("path", path).put("sha256", sha256).put("size", size);
    return to == null ? json : json.put("to", to);
  }
}
