package io.directord.server.api;

import io.directord.common.component.SourceFile;
import io.directord.common.component.external.Facts;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads submissions, and says all that is wrong with one together. */
final class JobsReader {
  private static final int MISTAKES_SHOWN = 10;

  private final Set<String> verbs;

  /**
   * @param verbs those that need no definition
   */
  JobsReader(Collection<String> verbs) {
    this.verbs = new TreeSet<>(verbs);
  }

  /** Throws {@link ApiProblem} with every mistake. */
  List<Job> read(byte[] body) {
    return read(body, this::requireVerb);
  }

  /** Jobs whose verbs may be unknown; what is not even a job throws {@link ApiProblem}. */
  List<Job> readAnyVerbs(byte[] body) {
    return read(body, job -> {});
  }

  /** What is wrong with the verb, if anything. */
  Optional<String> unknownVerb(Job job) {
    return Facts.of(job.arguments()) != null || verbs.contains(job.verb())
        ? Optional.empty()
        : Optional.of(
            "verb: there is no "
                + job.verb()
                + "; there are "
                + String.join(", ", verbs)
                + ", and those whose job brings a definition along");
  }

  private List<Job> read(byte[] body, Consumer<Job> demand) {
    JsonNode list = list(body);
    List<String> mistakes = new ArrayList<>();
    Set<UUID> ids = new HashSet<>();
    List<Job> jobs = new ArrayList<>(list.size());
    for (int i = 0; i < list.size() && mistakes.size() < MISTAKES_SHOWN; i++) {
      try {
        Job job = job(list.get(i));
        demand.accept(job);
        if (!ids.add(job.id())) {
          throw new IllegalArgumentException("job_id: " + job.id() + " is there twice");
        }
        jobs.add(job);
      } catch (IllegalArgumentException e) {
        mistakes.add("jobs[" + i + "]: " + e.getMessage());
      }
    }
    if (!mistakes.isEmpty()) {
      throw Call.bad(String.join("\n", mistakes));
    }
    return jobs;
  }

  private static JsonNode list(byte[] body) {
    JsonNode list;
    try {
      list = Json.mapper().readTree(body).path("jobs");
    } catch (JacksonException e) {
      throw Call.bad(
          "the body is no JSON: "
              + e.getOriginalMessage()
              + (e.getLocation() == null
                  ? ""
                  : " (line "
                      + e.getLocation().getLineNr()
                      + ", column "
                      + e.getLocation().getColumnNr()
                      + ")"));
    }
    if (!list.isArray() || list.isEmpty()) {
      throw Call.bad(
          "a list of jobs is expected, such as"
              + " {\"jobs\": [{\"verb\": \"RUN\", \"command\": \"uname -r\"}]}");
    }
    return list;
  }

  private static Job job(JsonNode node) {
    if (!(node instanceof ObjectNode flat)) {
      throw new IllegalArgumentException("an object is expected, not " + node.getNodeType());
    }
    Job job = JobJson.read(flat);
    SourceFile.in(job);
    return job;
  }

  private void requireVerb(Job job) {
    unknownVerb(job)
        .ifPresent(
            message -> {
              throw new IllegalArgumentException(message);
            });
  }
}
