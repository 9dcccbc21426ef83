package io.directord.common.job;

import io.directord.common.json.Json;
import io.directord.common.json.ShownJson;
import io.directord.common.validation.InvalidException;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads one job from its flat JSON form, and finds all errors in its common keys. */
final class JobReader {
  /** About 31 years, so that no sum of durations overflows. */
  private static final String TARGETS = "targets";

  private static final List<String> PREVIEW_KEYS = List.of(JobJson.VERB, JobJson.RUN, JobJson.DIFF);

  private final ObjectNode in;
  private final List<ValidationError> errors = new ArrayList<>();

  JobReader(ObjectNode in) {
    this.in = in;
  }

  Job read() {
    ObjectNode preview = preview();
    String verb = verb(preview);
    ObjectNode arguments = Json.object();
    for (var entry : in.properties()) {
      if (!JobJson.commonKeys().contains(entry.getKey())) {
        arguments.set(entry.getKey(), entry.getValue());
      }
    }
    Duration timeout = seconds();
    boolean runOnce = flag("run_once");
    String stdoutArg = text("stdout_arg");
    String stderrArg = text("stderr_arg");
    UUID id = uuid("job_id", UUID.randomUUID());
    UUID parentId = uuid("parent_id", id);
    String fingerprint = text("job_sha3_224");
    Parent parent =
        new Parent(
            parentId,
            text("parent_sha3_224"),
            text("parent_name"),
            flag("parent_async"),
            new ParentOptionsReader(in, errors).read());
    String name = text("job_name");
    boolean skipCache = flag("skip_cache");
    boolean forceLock = flag("force_lock");
    List<String> targets = targets();
    boolean stream = flag("stream");
    JobLinks links = new JobLinks(names(JobJson.WHEN_CHANGED), names(JobJson.FOLLOWED_BY));
    String traceparent = text(JobJson.TRACEPARENT);
    if (traceparent != null && !Traceparent.isOne(traceparent)) {
      note(
          JobJson.TRACEPARENT,
          "the form of W3C Trace Context is expected, as in"
              + " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, not "
              + ShownJson.of(in.get(JobJson.TRACEPARENT)));
    }
    DryRun dryRun = preview == null ? null : dryRun(preview, parentId);
    if (!errors.isEmpty()) {
      throw new InvalidException(errors);
    }
    JobDefinition definition =
        new JobDefinition(verb, arguments, timeout, runOnce, stdoutArg, stderrArg);
    return new Job(
        id,
        fingerprint == null ? Fingerprint.of(definition) : fingerprint,
        parent,
        name,
        definition,
        new JobOptions(skipCache, forceLock, stream, dryRun, links, traceparent),
        targets);
  }

  private void note(String key, String message) {
    errors.add(new Place.Key(key).error(message));
  }

  /** What is in place of the verb of a job that is not to be run; null if it is. */
  private ObjectNode preview() {
    JsonNode value = in.get(JobJson.DRY_RUN);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!(value instanceof ObjectNode preview)) {
      note(
          JobJson.DRY_RUN,
          "an object with the verb is expected, such as {\"verb\": \"RUN\"}, not "
              + ShownJson.of(value));
      return Json.object();
    }
    if (in.hasNonNull(JobJson.VERB)) {
      note(
          JobJson.VERB,
          "a job that is not to be run has its verb in dry_run alone: {\"dry_run\": {\"verb\": "
              + ShownJson.of(in.get(JobJson.VERB))
              + "}}");
    }
    for (String key : preview.propertyNames()) {
      if (!PREVIEW_KEYS.contains(key)) {
        note(
            JobJson.DRY_RUN + "." + key,
            "unknown key"
                + Nearest.hint(key, PREVIEW_KEYS)
                + "; dry_run knows "
                + String.join(", ", PREVIEW_KEYS));
      }
    }
    return preview;
  }

  private String previewed(ObjectNode preview) {
    JsonNode verb = preview.path(JobJson.VERB);
    return verb.isString() ? verb.stringValue() : null;
  }

  /**
   * @param parent the run, if none is given
   */
  private DryRun dryRun(ObjectNode preview, UUID parent) {
    JsonNode diff = preview.path(JobJson.DIFF);
    if (preview.hasNonNull(JobJson.DIFF) && !diff.isBoolean()) {
      note(
          JobJson.DRY_RUN + "." + JobJson.DIFF,
          "true or false is expected, not " + ShownJson.of(diff));
    }
    JsonNode run = preview.path(JobJson.RUN);
    try {
      UUID id = preview.hasNonNull(JobJson.RUN) ? UUID.fromString(run.asString("")) : parent;
      return new DryRun(id, diff.asBoolean(false));
    } catch (IllegalArgumentException e) {
      note(JobJson.DRY_RUN + "." + JobJson.RUN, "a UUID is expected, not " + ShownJson.of(run));
      return null;
    }
  }

  private String verb(ObjectNode preview) {
    String verb = preview == null ? text(JobJson.VERB) : previewed(preview);
    if (verb == null || verb.isBlank()) {
      if (errors.isEmpty()) {
        note(
            preview == null ? JobJson.VERB : JobJson.DRY_RUN + "." + JobJson.VERB,
            "every job needs one, such as RUN");
      }
      return "";
    }
    return verb.toUpperCase(Locale.ROOT);
  }

  private Duration seconds() {
    JsonNode value = in.get("timeout");
    if (value == null || value.isNull()) {
      return Job.DEFAULT_TIMEOUT;
    }
    // A number may be larger than any type of Java.
    double seconds = value.isIntegralNumber() ? value.asDouble(Seconds.MAX + 1) : value.asDouble(0);
    if (!value.isNumber() || !(seconds > 0) || seconds > Seconds.MAX) {
      note(
          "timeout",
          "seconds above 0, and at most "
              + Seconds.MAX
              + ", are expected, not "
              + ShownJson.of(value));
      return Job.DEFAULT_TIMEOUT;
    }
    return Duration.ofMillis(Math.max(1, Math.round(seconds * 1000)));
  }

  private String text(String key) {
    JsonNode value = in.get(key);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      note(key, "a text is expected, not " + ShownJson.of(value));
      return null;
    }
    return value.stringValue();
  }

  private boolean flag(String key) {
    JsonNode value = in.get(key);
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      note(key, "true or false is expected, not " + ShownJson.of(value));
    }
    return value.asBoolean(false);
  }

  private UUID uuid(String key, UUID otherwise) {
    String value = text(key);
    try {
      return value == null ? otherwise : UUID.fromString(value);
    } catch (IllegalArgumentException e) {
      note(key, "a UUID is expected, not " + ShownJson.of(in.get(key)));
      return otherwise;
    }
  }

  /** Names of jobs: a list, or one alone. */
  private List<String> names(String key) {
    JsonNode value = in.get(key);
    List<String> names = new ArrayList<>();
    if (value == null || value.isNull()) {
      return names;
    }
    for (JsonNode element : value.isArray() ? value : List.of(value)) {
      if (!element.isString() || element.stringValue().isBlank()) {
        note(key, "names of jobs are expected, such as [\"config\"], not " + ShownJson.of(value));
        return List.of();
      }
      names.add(element.stringValue());
    }
    return names;
  }

  /** An empty list is refused: it is more likely an error than meant for every node. */
  private List<String> targets() {
    JsonNode value = in.get(TARGETS);
    if (value == null) {
      return List.of();
    }
    List<String> out = new ArrayList<>();
    if (!value.isArray() && !value.isNull()) {
      note(TARGETS, "a list of nodes is expected, such as [\"web-1\"], not " + ShownJson.of(value));
      return out;
    }
    for (JsonNode element : value) {
      if (!element.isString() && !element.isNull()) {
        note(TARGETS, "a list of texts is expected, not " + ShownJson.of(value));
        return out;
      }
      if (element.isNull() || element.stringValue().isBlank()) {
        break;
      }
      out.add(element.stringValue());
    }
    if (out.size() < Math.max(1, value.size())) {
      note(
          TARGETS,
          "a name of a node is empty, or there is none: "
              + ShownJson.of(value)
              + "; leave "
              + TARGETS
              + " out for every node");
    }
    return out;
  }
}
