package io.directord.server.api;

import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.json.JsonProblem;
import io.directord.common.validation.InvalidException;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads submissions, and collects all validation errors. */
final class JobsReader {
  /** Maximum number of errors in a reply. */
  private static final int MAX_WRONG = 100;

  /** Maximum characters of an error, which may quote input. */
  private static final int MAX_MESSAGE = 1000;

  /** Memory overhead of a job beside its keys. */
  private static final int JOB_BYTES = 1000;

  private static final String JOBS = "jobs";

  private final InstalledVerbs verbs;

  JobsReader(InstalledVerbs verbs) {
    this.verbs = verbs;
  }

  /** Throws {@link ApiProblem} with every error. */
  List<Job> read(RequestBody body) throws IOException {
    List<ValidationError> errors = new ArrayList<>();
    List<Job> jobs = read(body, errors::add);
    if (!errors.isEmpty()) {
      throw ApiProblem.of(errors);
    }
    return jobs;
  }

  /**
   * Reads jobs that may be invalid; these are replaced by placeholders with the same targets, as
   * far as they are known.
   *
   * @param errors receives their validation errors
   */
  List<Job> readAny(RequestBody body, Consumer<ValidationError> errors) throws IOException {
    return read(body, errors);
  }

  /** A placeholder for an invalid job, with the same targets. */
  private static Job standIn(JsonNode written) {
    ObjectNode nothing = Json.object().put("verb", "RUN").put("command", ":");
    if (written.has("targets")) {
      nothing.set("targets", written.get("targets"));
    }
    try {
      return JobJson.read(nothing);
    } catch (InvalidException e) {
      return JobJson.read(nothing.without("targets"));
    }
  }

  private List<Job> read(RequestBody body, Consumer<ValidationError> errors) throws IOException {
    try (WeighedJson in = body.json()) {
      return jobs(in, body.memory(), errors);
    } catch (JacksonException e) {
      throw Call.bad("the body cannot be used: " + JsonProblem.of(e));
    }
  }

  private List<Job> jobs(WeighedJson in, RequestMemory memory, Consumer<ValidationError> errors)
      throws IOException {
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
      jobs = list(in, memory, errors);
    }
    if (in.nextToken() != null) {
      throw Call.bad("the body is not valid JSON: something follows its end");
    }
    if (jobs == null || jobs.isEmpty()) {
      throw noList();
    }
    return jobs;
  }

  private List<Job> list(WeighedJson in, RequestMemory memory, Consumer<ValidationError> errors)
      throws IOException {
    Completion completion = verbs.completion();
    Set<UUID> ids = new HashSet<>();
    List<Job> jobs = new ArrayList<>();
    int wrong = 0;
    for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
      JsonNode flat = in.tree();
      memory.reserve(JOB_BYTES);
      try {
        jobs.add(job(flat, completion, ids));
      } catch (InvalidException e) {
        for (ValidationError error : e.errors()) {
          memory.reserve(JOB_BYTES);
          errors.accept(error.inJob(i).shortened(MAX_MESSAGE));
        }
        wrong++;
        jobs.add(standIn(flat));
      }
      if (wrong == MAX_WRONG) {
        break;
      }
    }
    return jobs;
  }

  private static Job job(JsonNode flat, Completion completion, Set<UUID> ids) throws IOException {
    if (!(flat instanceof ObjectNode object)) {
      throw new InvalidException(
          List.of(new ValidationError("an object is expected, not " + kind(flat))));
    }
    Job job = completion.read(object);
    if (!ids.add(job.id())) {
      throw new InvalidException(
          List.of(new Place.Key("job_id").error(job.id() + " is there twice")));
    }
    return job;
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "a list";
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "a truth value";
      default -> "null";
    };
  }

  private static String shortened(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...";
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
}
