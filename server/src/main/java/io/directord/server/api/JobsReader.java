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
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads submissions, and says all that is wrong with one together. */
final class JobsReader {
  /** An author mends no more at once, and each may be hundreds of characters. */
  private static final int MAX_MISTAKES = 100;

  /** Of a mistake, in characters: it may show what was written. */
  private static final int MAX_MESSAGE = 1000;

  /** What a job takes in memory beside what its keys take. */
  private static final int JOB_BYTES = 1000;

  private static final String JOBS = "jobs";

  private final InstalledVerbs verbs;

  JobsReader(InstalledVerbs verbs) {
    this.verbs = verbs;
  }

  /** Throws {@link ApiProblem} with every mistake. */
  List<Job> read(RequestBody body) throws IOException {
    return read(body, Completion::read);
  }

  /**
   * Jobs whose verbs may be unknown, or have no sound definition: for these, jobs that do nothing.
   * What is not even a job throws {@link ApiProblem}.
   *
   * @param objections gets what is wrong with verbs
   */
  List<Job> readAnyVerbs(RequestBody body, Consumer<Objection> objections) throws IOException {
    return read(
        body,
        (completion, flat) -> {
          Job job = JobJson.read(flat);
          SourceFile.in(job);
          flat.put("job_id", job.id().toString());
          try {
            return completion.read(flat);
          } catch (IllegalArgumentException e) {
            body.memory().reserve(JOB_BYTES);
            objections.accept(Objection.mistake(job.id(), e.getMessage()));
            return standIn(job);
          }
        });
  }

  /** A job for the same targets that does nothing, since more cannot be said of this one. */
  private static Job standIn(Job job) {
    ObjectNode nothing = Json.object().put("verb", "RUN").put("command", ":");
    nothing.put("job_id", job.id().toString());
    if (!job.targets().isEmpty()) {
      nothing.set("targets", Json.tree(job.targets()));
    }
    return JobJson.read(nothing);
  }

  /** One job of a submission. */
  private interface OneJob {
    Job read(Completion completion, ObjectNode flat) throws IOException;
  }

  private List<Job> read(RequestBody body, OneJob one) throws IOException {
    try (WeighedJson in = body.json()) {
      return jobs(in, body.memory(), one);
    } catch (StreamConstraintsException e) {
      throw Call.bad("more than a request may hold: " + e.getOriginalMessage() + where(e));
    } catch (JacksonException e) {
      throw Call.bad("the body is not valid JSON: " + e.getOriginalMessage() + where(e));
    }
  }

  private List<Job> jobs(WeighedJson in, RequestMemory memory, OneJob one) throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw noList();
    }
    List<Job> jobs = null;
    for (String key = in.nextName(); key != null; key = in.nextName()) {
      if (!key.equals(JOBS) || in.nextToken() != JsonToken.START_ARRAY) {
        throw key.equals(JOBS) ? noList() : strange(key);
      }
      if (jobs != null) {
        throw Call.bad("'jobs' is there twice");
      }
      jobs = list(in, memory, one);
    }
    if (in.nextToken() != null) {
      throw Call.bad("the body is not valid JSON: something follows its end");
    }
    if (jobs == null || jobs.isEmpty()) {
      throw noList();
    }
    return jobs;
  }

  private List<Job> list(WeighedJson in, RequestMemory memory, OneJob one) throws IOException {
    Completion completion = verbs.completion();
    List<JobMistake> mistakes = new ArrayList<>();
    Set<UUID> ids = new HashSet<>();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
      JsonNode flat = in.tree();
      memory.reserve(JOB_BYTES);
      try {
        Job job = one.read(completion, object(flat));
        if (!ids.add(job.id())) {
          throw new IllegalArgumentException("job_id: " + job.id() + " is there twice");
        }
        jobs.add(job);
      } catch (IllegalArgumentException | JacksonException e) {
        mistakes.add(new JobMistake(i, shortened(e.getMessage())));
        if (mistakes.size() == MAX_MISTAKES) {
          break;
        }
      }
    }
    if (!mistakes.isEmpty()) {
      throw ApiProblem.of(mistakes);
    }
    return jobs;
  }

  private static String shortened(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...";
  }

  private static String where(JacksonException e) {
    return e.getLocation() == null
        ? ""
        : " (line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ")";
  }

  private static ApiProblem strange(String key) {
    return Call.bad(
        "unknown key '"
            + shortened(key)
            + "' beside 'jobs'"
            + (JobJson.isReserved(key) ? "; it belongs into each job" : ""));
  }

  private static ApiProblem noList() {
    return Call.bad(
        "a list of jobs is expected, such as"
            + " {\"jobs\": [{\"verb\": \"RUN\", \"command\": \"uname -r\"}]}");
  }

  private static ObjectNode object(JsonNode node) {
    if (!(node instanceof ObjectNode flat)) {
      throw new IllegalArgumentException("an object is expected, not " + node.getNodeType());
    }
    return flat;
  }
}
