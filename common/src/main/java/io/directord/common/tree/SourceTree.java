package io.directord.common.tree;

import io.directord.common.job.Job;
import io.directord.common.json.JsonTree;
import io.directord.common.json.ShownJson;
import io.directord.common.security.Digests;
import io.directord.common.validation.InvalidException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A directory that a job delivers, as it was when the job was planned.
 *
 * @param path absolute, where the operator stands
 * @param sha256 fingerprint of its {@link Manifest}, lower-case hexadecimal
 * @param size of the manifest, in bytes
 * @param files how many files it has
 * @param bytes size of all files together
 * @param to the directory on the node, possibly a template
 */
public record SourceTree(String path, String sha256, long size, int files, long bytes, String to) {

  /** The key of a job's arguments that holds it, whatever its verb. */
  public static final String KEY = "tree";

  public SourceTree to(String destination) {
    return new SourceTree(path, sha256, size, files, bytes, destination);
  }

  /**
   * The directory that a job delivers; null for most jobs.
   *
   * @throws InvalidException if its form is invalid; the message is for the caller
   */
  public static SourceTree in(Job job) {
    JsonNode json = job.arguments().get(KEY);
    if (json == null || json.isNull()) {
      return null;
    }
    JsonNode path = json.path("path");
    JsonNode sha256 = json.path("sha256");
    JsonNode to = json.path("to");
    if (!path.isString()
        || !sha256.isString()
        || !Digests.isSha256(sha256.stringValue())
        || !isCount(json.path("size"), Manifest.MAX_BYTES)
        || !isCount(json.path("files"), Integer.MAX_VALUE)
        || !isCount(json.path("bytes"), Long.MAX_VALUE)
        || !to.isString()) {
      throw InvalidException.of(
          KEY,
          "it needs texts as path and to, 64 hexadecimal digits as sha256, and numbers as size (of"
              + " a manifest), files and bytes, not "
              + ShownJson.of(json));
    }
    return new SourceTree(
        path.stringValue(),
        sha256.stringValue(),
        json.path("size").longValue(),
        json.path("files").intValue(),
        json.path("bytes").longValue(),
        to.stringValue());
  }

  private static boolean isCount(JsonNode value, long max) {
    return value.canConvertToLong() && value.longValue() >= 0 && value.longValue() <= max;
  }

  /** As the mapper writes it, without it: to set that up takes longer than a short command. */
  public ObjectNode json() {
    return JsonTree.object()
        .put("path", path)
        .put("sha256", sha256)
        .put("size", size)
        .put("files", files)
        .put("bytes", bytes)
        .put("to", to);
  }
}
