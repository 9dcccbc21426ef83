package io.directord.legacy.dialect;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.json.Json;
import io.directord.common.validation.Quoted;
import io.directord.server.access.Caller;
import io.directord.server.content.ContentStore;
import io.directord.server.verb.InstalledVerbs;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads jobs as the original's programs plan them. Most have the same keys as jobs of directord;
 * ADD and COPY name files that the original's server reads when it sends them. This server copies
 * their content into its store at submission.
 */
final class TheirJobs {
  private static final Set<String> DELIVERING = Set.of("ADD", "COPY");

  private final InstalledVerbs verbs;
  private final ContentStore contents;

  TheirJobs(InstalledVerbs verbs, ContentStore contents) {
    this.verbs = verbs;
    this.contents = contents;
  }

  /** Whether {@code --restrict} excludes this job. */
  static boolean isLeftOut(ObjectNode said) {
    JsonNode restrict = said.path("restrict");
    if (!restrict.isArray() || restrict.isEmpty()) {
      return false;
    }
    String fingerprint = said.path("job_sha3_224").asString("");
    return restrict.values().stream().noneMatch(one -> one.asString("").equals(fingerprint));
  }

  /**
   * Reads a job, and the files that it names; blocks on the disk.
   *
   * @throws IllegalArgumentException if it is invalid; the message is for people
   */
  Job read(ObjectNode said, Caller caller) throws IOException {
    String verb = said.path("verb").asString("").toUpperCase(Locale.ROOT);
    ObjectNode flat = said.deepCopy();
    if (DELIVERING.contains(verb) && flat.has("from")) {
      flat.set(SourceFile.KEY, Json.tree(files(flat, caller)));
      // The original's fingerprint does not change with the files' content, so nodes would skip
      // changed files.
      flat.remove(List.of("from", "to", "job_sha3_224"));
    }
    return verbs.completion().read(flat);
  }

  private List<SourceFile> files(ObjectNode flat, Caller caller) throws IOException {
    String to = flat.path("to").asString("");
    JsonNode from = flat.path("from");
    if (to.isEmpty() || !from.isArray() || from.isEmpty()) {
      throw new IllegalArgumentException(
          "from, to: a list of files and a destination are expected");
    }
    boolean directory = to.endsWith("/") || from.size() > 1;
    String prefix = directory && !to.endsWith("/") ? to + "/" : to;
    List<SourceFile> files = new ArrayList<>();
    for (JsonNode path : from) {
      Path source = source(path.asString(""));
      SourceFile file = ReadableFile.of(source, caller).into(contents, caller.sender());
      files.add(file.to(directory ? prefix + source.getFileName() : to));
    }
    return files;
  }

  private static Path source(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      // Said below, together with relative paths.
    }
    throw new IllegalArgumentException(
        "from: an absolute path is expected, not " + Quoted.of(text));
  }
}
