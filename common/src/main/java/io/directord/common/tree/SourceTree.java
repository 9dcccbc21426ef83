package io.directord.common.tree;

import io.directord.common.job.Job;
import io.directord.common.json.Json;
import io.directord.common.json.JsonProblem;
import io.directord.common.validation.InvalidException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

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
    SourceTree tree;
    try {
      tree = json.isObject() ? Json.read(json, SourceTree.class) : null;
    } catch (JacksonException e) {
      throw InvalidException.of(KEY, JsonProblem.of(e).toString());
    }
    if (tree == null || !tree.isComplete()) {
      throw InvalidException.of(KEY, "it needs path, sha256, size, files, bytes and to");
    }
    return tree;
  }

  private boolean isComplete() {
    return path != null
        && to != null
        && sha256 != null
        && sha256.matches("[0-9a-f]{64}")
        && size >= 0
        && size <= Manifest.MAX_BYTES
        && files >= 0
        && bytes >= 0;
  }
}
