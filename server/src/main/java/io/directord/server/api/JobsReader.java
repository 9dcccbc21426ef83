package io.directord.server.api;

import io.directord.common.job.Followers;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.json.JsonProblem;
import io.directord.common.validation.InvalidException;
import io.directord.common.validation.Nearest;
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
  private static final String LIMIT = "limit";

  private final InstalledVerbs verbs;

  JobsReader(InstalledVerbs verbs) {
    this.verbs = verbs;
  }

  /**
   * What was sent.
   *
   * @param limit targets to which those of all jobs are narrowed; empty for no limit
   */
  record Submitted(List<Job> jobs, List<String> limit) {}

  /** Throws {@link ApiProblem} with every error. */
  Submitted read(RequestBody body) throws IOException {
    List<ValidationError> errors = new ArrayList<>();
    Submitted submitted = read(body, errors::add);
    if (!errors.isEmpty()) {
      throw ApiProblem.of(errors);
    }
    return submitted;
  }

  /**
   * Reads jobs that may be invalid; these are replaced by placeholders with the same targets, as
   * far as they are known.
   *
   * @param errors receives their validation errors
   */
  Submitted readAny(RequestBody body, Consumer<ValidationError> errors) throws IOException {
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

  private Submitted read(RequestBody body, Consumer<ValidationError> errors) throws IOException {
    try (WeighedJson in = body.json()) {
      return jobs(in, body.memory(), errors);
    } catch (JacksonException e) {
      throw Call.bad("the body cannot be used: " + JsonProblem.of(e));
    }
  }

  private Submitted jobs(WeighedJson in, RequestMemory memory, Consumer<ValidationError> errors)
      throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw noList();
    }
    List<Job> jobs = null;
    List<String> limit = null;
    for (String key = in.nextName(); key != null; key = in.nextName()) {
      if (key.equals(LIMIT) && limit == null) {
        in.nextToken();
        limit = limit(in.tree());
        continue;
      }
      if (!key.equals(JOBS) && !key.equals(LIMIT)) {
        throw strange(key);
      }
      if (jobs != null || key.equals(LIMIT)) {
        throw Call.bad("'" + key + "' is there twice");
      }
      if (in.nextToken() != JsonToken.START_ARRAY) {
        throw noList();
      }
      jobs = list(in, memory, errors);
    }
    if (in.nextToken() != null) {
      throw Call.bad("the body is not valid JSON: something follows its end");
    }
    if (jobs == null || jobs.isEmpty()) {
      throw noList();
    }
    return new Submitted(jobs, limit == null ? List.of() : limit);
  }

  /** An empty list is refused: it is more likely an error than meant as no limit. */
  private static List<String> limit(JsonNode written) {
    List<String> limit = new ArrayList<>();
    for (JsonNode element : written) {
      if (element.isString() && !element.stringValue().isBlank()) {
        limit.add(element.stringValue());
      }
    }
    if (!written.isArray() || limit.isEmpty() || limit.size() < written.size()) {
      throw Call.bad("limit: a list of targets is expected, such as [\"@role=web\"]");
    }
    return limit;
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
    // A placeholder has no name that others could follow.
    if (wrong == 0) {
      for (ValidationError error : Followers.errors(jobs, MAX_WRONG)) {
        memory.reserve(JOB_BYTES);
        errors.accept(error.shortened(MAX_MESSAGE));
      }
    }
    return Followers.link(jobs);
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
            + Nearest.hint(key, List.of(JOBS, LIMIT))
            + (JobJson.isReserved(key) ? "; it belongs into each job" : ""));
  }

  private static ApiProblem noList() {
    return Call.bad(
        "a list of jobs is expected, such as"
            + " {\"jobs\": [{\"verb\": \"RUN\", \"command\": \"uname -r\"}]}");
  }
}
