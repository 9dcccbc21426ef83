package io.directord.common.job;

import io.directord.common.json.Json;
import io.directord.common.validation.InvalidException;
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
  private static final double MAX_SECONDS = 1e9;

  /** Maximum characters of a value in a message. */
  private static final int MAX_SHOWN = 100;

  private static final String TARGETS = "targets";

  private final ObjectNode in;
  private final List<ValidationError> errors = new ArrayList<>();

  JobReader(ObjectNode in) {
    this.in = in;
  }

  Job read() {
    String verb = verb();
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
        new Parent(parentId, text("parent_sha3_224"), text("parent_name"), flag("parent_async"));
    String name = text("job_name");
    boolean skipCache = flag("skip_cache");
    boolean forceLock = flag("force_lock");
    List<String> targets = targets();
    boolean stream = flag("stream");
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
        new JobOptions(skipCache, forceLock, stream),
        targets);
  }

  private void note(String key, String message) {
    errors.add(new Place.Key(key).error(message));
  }

  private String verb() {
    String verb = text("verb");
    if (verb == null || verb.isBlank()) {
      if (errors.isEmpty()) {
        note("verb", "every job needs one, such as RUN");
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
    double seconds = value.isIntegralNumber() ? value.asDouble(MAX_SECONDS + 1) : value.asDouble(0);
    if (!value.isNumber() || !(seconds > 0) || seconds > MAX_SECONDS) {
      note(
          "timeout",
          "seconds above 0, and at most "
              + (long) MAX_SECONDS
              + ", are expected, not "
              + shown(value));
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
      note(key, "a text is expected, not " + shown(value));
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
      note(key, "true or false is expected, not " + shown(value));
    }
    return value.asBoolean(false);
  }

  private UUID uuid(String key, UUID otherwise) {
    String value = text(key);
    try {
      return value == null ? otherwise : UUID.fromString(value);
    } catch (IllegalArgumentException e) {
      note(key, "a UUID is expected, not " + shown(in.get(key)));
      return otherwise;
    }
  }

  /** An empty list is refused: it is more likely an error than meant for every node. */
  private List<String> targets() {
    JsonNode value = in.get(TARGETS);
    if (value == null) {
      return List.of();
    }
    List<String> out = new ArrayList<>();
    if (!value.isArray() && !value.isNull()) {
      note(TARGETS, "a list of nodes is expected, such as [\"web-1\"], not " + shown(value));
      return out;
    }
    for (JsonNode element : value) {
      if (!element.isString() && !element.isNull()) {
        note(TARGETS, "a list of texts is expected, not " + shown(value));
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
              + shown(value)
              + "; leave "
              + TARGETS
              + " out for every node");
    }
    return out;
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }
}
