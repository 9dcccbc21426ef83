package io.directord.server.api;

import io.directord.common.api.Objection;
import io.directord.common.api.Problem.JobMistake;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.server.verb.Completion;
import io.directord.server.verb.InstalledVerbs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads submissions, and says all that is wrong with one together. */
final class JobsReader {
  /** An author mends no more at once, and each may be hundreds of characters. */
  private static final int MOST_MISTAKES = 100;

  private final InstalledVerbs verbs;

  JobsReader(InstalledVerbs verbs) {
    this.verbs = verbs;
  }

  /** Throws {@link ApiProblem} with every mistake. */
  List<Job> read(byte[] body) throws IOException {
    return read(body, Completion::read);
  }

  /**
   * Jobs whose verbs may be unknown, or have no sound definition: for these, jobs that do nothing.
   * What is not even a job throws {@link ApiProblem}.
   *
   * @param objections gets what is wrong with verbs
   */
  List<Job> readAnyVerbs(byte[] body, Consumer<Objection> objections) throws IOException {
    return read(
        body,
        (completion, flat) -> {
          Job job = JobJson.read(flat);
          SourceFile.in(job);
          try {
            return completion.read(JobJson.write(job));
          } catch (IllegalArgumentException e) {
            objections.accept(Objection.mistake(job.id(), e.getMessage()));
            return standIn(job);
          }
        });
  }

  /** A job for the same targets that does nothing, since more cannot be said of this one. */
  private static Job standIn(Job job) {
    ObjectNode nothing = Json.object().put("verb", "RUN").put("command", ":");
    nothing.put("job_id", job.id().toString()).set("targets", Json.tree(job.targets()));
    return JobJson.read(nothing);
  }

  /** One job of a submission. */
  private interface OneJob {
    Job read(Completion completion, ObjectNode flat) throws IOException;
  }

  private List<Job> read(byte[] body, OneJob one) throws IOException {
    JsonNode list = list(body);
    Completion completion = verbs.completion();
    List<JobMistake> mistakes = new ArrayList<>();
    Set<UUID> ids = new HashSet<>();
    List<Job> jobs = new ArrayList<>(list.size());
    for (int i = 0; i < list.size() && mistakes.size() < MOST_MISTAKES; i++) {
      try {
        Job job = one.read(completion, object(list.get(i)));
        if (!ids.add(job.id())) {
          throw new IllegalArgumentException("job_id: " + job.id() + " is there twice");
        }
        jobs.add(job);
      } catch (IllegalArgumentException e) {
        mistakes.add(new JobMistake(i, e.getMessage()));
      }
    }
    if (!mistakes.isEmpty()) {
      throw ApiProblem.of(mistakes);
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

  private static ObjectNode object(JsonNode node) {
    if (!(node instanceof ObjectNode flat)) {
      throw new IllegalArgumentException("an object is expected, not " + node.getNodeType());
    }
    return flat;
  }
}
