package io.directord.server.content;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The contents that a job names: those that its nodes may fetch. */
final class NamedContents {
  private NamedContents() {}

  /**
   * In the order of the job; empty for most verbs.
   *
   * @throws IllegalArgumentException with a sentence for people, if an entry makes no sense
   */
  static List<SourceFile> in(Job job) {
    JsonNode files = job.arguments().get("files");
    if (files == null || !files.isArray()) {
      return List.of();
    }
    List<SourceFile> named = new ArrayList<>();
    for (JsonNode file : files) {
      String sha256 = file.path("sha256").asString("");
      long size = file.path("size").asLong(-1);
      if (!ContentStore.isFingerprint(sha256) || size < 0) {
        throw new IllegalArgumentException(
            "files: each needs a sha256 (64 lower-case hexadecimal digits) and a size, unlike "
                + file);
      }
      named.add(new SourceFile(file.path("path").asString(""), sha256, size));
    }
    return named;
  }
}
