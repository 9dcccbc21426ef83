package io.directord.common.job;

import io.directord.common.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The flat JSON form of a job: the verb's own keys beside the common ones, as the original has it
 * on its wire, in job info and in its one-shot dialect.
 */
public final class JobJson {
  /** Keys that belong to every job; all others are the verb's own. */
  private static final Set<String> COMMON =
      Set.of(
          "verb",
          "timeout",
          "run_once",
          "job_sha3_224",
          "return_raw",
          "skip_cache",
          "force_lock",
          "stdout_arg",
          "stderr_arg",
          "targets",
          "stream",
          "job_id",
          "job_name",
          "parent_id",
          "parent_sha3_224",
          "parent_name",
          "parent_async",
          "restrict");

  /** About 31 years, so that no sum of durations overflows. */
  private static final double MAX_SECONDS = 1e9;

  /** Characters of a value in a message. */
  private static final int MAX_SHOWN = 100;

  private static final String TARGETS = "targets";

  private JobJson() {}

  /** The keys that every job may have. */
  public static Set<String> commonKeys() {
    return COMMON;
  }

  /** Whether this key belongs to every job, so that no verb may use it for itself. */
  public static boolean isReserved(String key) {
    return COMMON.contains(key) || key.equals(Job.BYPASS);
  }

  /** What the fingerprint is taken of: what is done, not when, where or under which name. */
  public static ObjectNode definition(
      String verb,
      String stdoutArg,
      String stderrArg,
      ObjectNode arguments,
      Duration timeout,
      boolean runOnce) {
    ObjectNode out = Json.object();
    out.put("verb", verb);
    if (stdoutArg != null) {
      out.put("stdout_arg", stdoutArg);
    }
    if (stderrArg != null) {
      out.put("stderr_arg", stderrArg);
    }
    out.setAll(arguments);
    putSeconds(out, timeout);
    out.put("run_once", runOnce);
    return out;
  }

  public static ObjectNode write(Job job) {
    ObjectNode out =
        definition(
            job.verb(),
            job.stdoutArg(),
            job.stderrArg(),
            job.arguments(),
            job.timeout(),
            job.runOnce());
    out.put("job_sha3_224", job.fingerprint());
    out.put("skip_cache", job.skipCache());
    if (job.forceLock()) {
      out.put("force_lock", true);
    }
    if (!job.targets().isEmpty()) {
      out.set("targets", Json.tree(job.targets()));
    }
    if (job.stream()) {
      out.put("stream", true);
    }
    if (job.parent().async()) {
      out.put("parent_async", true);
    }
    out.put("parent_id", job.parent().id().toString());
    if (job.parent().fingerprint() != null) {
      out.put("parent_sha3_224", job.parent().fingerprint());
    }
    if (job.parent().name() != null) {
      out.put("parent_name", job.parent().name());
    }
    if (job.name() != null) {
      out.put("job_name", job.name());
    }
    out.put("job_id", job.id().toString());
    return out;
  }

  /**
   * Reads what {@link #write} wrote, and what people write by hand: only {@code verb} must be
   * there; ids and fingerprint are made where they are missing.
   *
   * @throws IllegalArgumentException with a sentence for people, naming the key
   */
  public static Job read(ObjectNode in) {
    String verb = text(in, "verb");
    if (verb == null || verb.isBlank()) {
      throw new IllegalArgumentException("verb: every job needs one, such as RUN");
    }
    verb = verb.toUpperCase(Locale.ROOT);
    ObjectNode arguments = Json.object();
    for (var entry : in.properties()) {
      if (!COMMON.contains(entry.getKey())) {
        arguments.set(entry.getKey(), entry.getValue());
      }
    }
    Duration timeout = seconds(in);
    boolean runOnce = flag(in, "run_once");
    String stdoutArg = text(in, "stdout_arg");
    String stderrArg = text(in, "stderr_arg");
    UUID id = uuid(in, "job_id");
    if (id == null) {
      id = UUID.randomUUID();
    }
    UUID parentId = uuid(in, "parent_id");
    String fingerprint = text(in, "job_sha3_224");
    if (fingerprint == null) {
      fingerprint =
          Fingerprint.of(definition(verb, stdoutArg, stderrArg, arguments, timeout, runOnce));
    }
    return new Job(
        id,
        fingerprint,
        new Parent(
            parentId == null ? id : parentId,
            text(in, "parent_sha3_224"),
            text(in, "parent_name"),
            flag(in, "parent_async")),
        verb,
        text(in, "job_name"),
        timeout,
        flag(in, "skip_cache"),
        runOnce,
        flag(in, "force_lock"),
        stdoutArg,
        stderrArg,
        targets(in),
        flag(in, "stream"),
        arguments);
  }

  private static void putSeconds(ObjectNode out, Duration timeout) {
    if (timeout.getNano() == 0) {
      out.put("timeout", timeout.getSeconds());
    } else {
      out.put("timeout", timeout.toMillis() / 1000.0);
    }
  }

  private static Duration seconds(ObjectNode in) {
    JsonNode value = in.get("timeout");
    if (value == null || value.isNull()) {
      return Job.DEFAULT_TIMEOUT;
    }
    // A whole number may have more digits than any type of Java's has.
    double seconds = value.isIntegralNumber() ? value.asDouble(MAX_SECONDS + 1) : value.asDouble(0);
    if (!value.isNumber() || !(seconds > 0) || seconds > MAX_SECONDS) {
      throw new IllegalArgumentException(
          "timeout: seconds above 0, and at most "
              + (long) MAX_SECONDS
              + ", are expected, not "
              + shown(value));
    }
    return Duration.ofMillis(Math.max(1, Math.round(seconds * 1000)));
  }

  private static String text(ObjectNode in, String key) {
    JsonNode value = in.get(key);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw new IllegalArgumentException(key + ": a text is expected, not " + shown(value));
    }
    return value.stringValue();
  }

  private static boolean flag(ObjectNode in, String key) {
    JsonNode value = in.get(key);
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw new IllegalArgumentException(key + ": true or false is expected, not " + shown(value));
    }
    return value.booleanValue();
  }

  private static UUID uuid(ObjectNode in, String key) {
    String value = text(in, key);
    try {
      return value == null ? null : UUID.fromString(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": a UUID is expected, not " + value, e);
    }
  }

  /** A list that is there and empty is more likely a mistake than a wish for every node. */
  private static List<String> targets(ObjectNode in) {
    JsonNode value = in.get(TARGETS);
    if (value == null) {
      return List.of();
    }
    List<String> out = new ArrayList<>();
    for (JsonNode element : value.isArray() ? value : Json.mapper().createArrayNode().add(value)) {
      if (!element.isString() && !element.isNull()) {
        throw new IllegalArgumentException(
            TARGETS + ": a list of texts is expected, not " + shown(value));
      }
      if (element.isNull() || element.stringValue().isBlank()) {
        throw noTarget(value);
      }
      out.add(element.stringValue());
    }
    if (out.isEmpty()) {
      throw noTarget(value);
    }
    return out;
  }

  private static IllegalArgumentException noTarget(JsonNode value) {
    return new IllegalArgumentException(
        TARGETS
            + ": a name of a node is empty, or there is none: "
            + shown(value)
            + "; leave "
            + TARGETS
            + " out for every node");
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }
}
