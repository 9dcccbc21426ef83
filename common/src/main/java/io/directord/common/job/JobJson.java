package io.directord.common.job;

import io.directord.common.json.Json;
import io.directord.common.validation.InvalidException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The flat JSON form of a job: the verb's own keys beside the common ones, as the original has it
 * on its wire, in job info and in its one-shot dialect.
 */
public final class JobJson {
  static final String VERB = "verb";

  /**
   * An object with the verb, in place of {@link #VERB}, so that a server or client of a version
   * that knows no dry run cannot take the job for one to be run.
   */
  static final String DRY_RUN = "dry_run";

  static final String WHEN_CHANGED = "when_changed";
  static final String FOLLOWED_BY = "followed_by";
  static final String TRACEPARENT = "traceparent";

  /** The key of the object's run, see {@link DryRun}. */
  static final String RUN = "run";

  /** Likewise. */
  static final String DIFF = "diff";

  /** Keys that belong to every job; all others are the verb's own. */
  private static final Set<String> COMMON =
      Set.of(
          VERB,
          DRY_RUN,
          WHEN_CHANGED,
          FOLLOWED_BY,
          TRACEPARENT,
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
          ParentOptionsReader.ROLLING,
          ParentOptionsReader.DEADLINE,
          "restrict");

  private JobJson() {}

  /** The keys that every job may have. */
  public static Set<String> commonKeys() {
    return COMMON;
  }

  /**
   * The keys that a job may have, for messages.
   *
   * @param own those of its verb
   */
  public static String known(Collection<String> own) {
    return (own.isEmpty() ? "none of its own" : String.join(", ", own))
        + ", and of every job "
        + String.join(", ", new TreeSet<>(COMMON));
  }

  /** Whether the key is a common one, which verbs must not use. */
  public static boolean isReserved(String key) {
    return COMMON.contains(key) || key.equals(Job.BYPASS);
  }

  /** What the fingerprint is taken of: what is done, not when, where or under which name. */
  static ObjectNode write(JobDefinition definition) {
    ObjectNode out = Json.object();
    out.put(VERB, definition.verb());
    if (definition.stdoutArg() != null) {
      out.put("stdout_arg", definition.stdoutArg());
    }
    if (definition.stderrArg() != null) {
      out.put("stderr_arg", definition.stderrArg());
    }
    out.setAll(definition.arguments());
    putSeconds(out, definition.timeout());
    out.put("run_once", definition.runOnce());
    return out;
  }

  /** The verb that a job in its JSON form names, as it is written there; empty if none. */
  public static String verb(ObjectNode flat) {
    JsonNode named = flat.has(VERB) ? flat.path(VERB) : flat.path(DRY_RUN).path(VERB);
    return named.asString("");
  }

  public static ObjectNode write(Job job) {
    ObjectNode out = write(job.definition());
    DryRun dryRun = job.options().dryRun();
    if (dryRun != null) {
      out.remove(VERB);
      ObjectNode preview = out.putObject(DRY_RUN).put(VERB, job.verb());
      preview.put(RUN, dryRun.run().toString());
      if (dryRun.diff()) {
        preview.put(DIFF, true);
      }
    }
    out.put("job_sha3_224", job.fingerprint());
    out.put("skip_cache", job.skipCache());
    if (job.options().forceLock()) {
      out.put("force_lock", true);
    }
    if (!job.links().whenChanged().isEmpty()) {
      out.set(WHEN_CHANGED, Json.tree(job.links().whenChanged()));
    }
    if (!job.links().followedBy().isEmpty()) {
      out.set(FOLLOWED_BY, Json.tree(job.links().followedBy()));
    }
    if (job.options().traceparent() != null) {
      out.put(TRACEPARENT, job.options().traceparent());
    }
    if (!job.targets().isEmpty()) {
      // Without the mapper, which makes half of what a short command loads.
      job.targets().forEach(out.putArray("targets")::add);
    }
    if (job.stream()) {
      out.put("stream", true);
    }
    if (job.parent().async()) {
      out.put("parent_async", true);
    }
    ParentOptions options = job.parent().options();
    if (options.rolling() != null) {
      out.set(ParentOptionsReader.ROLLING, Json.tree(options.rolling()));
    }
    if (options.deadline() != null) {
      out.set(ParentOptionsReader.DEADLINE, Json.tree(options.deadline()));
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
   * @throws InvalidException naming every key that is wrong
   */
  public static Job read(ObjectNode in) {
    return new JobReader(in).read();
  }

  private static void putSeconds(ObjectNode out, Duration timeout) {
    if (timeout.getNano() == 0) {
      out.put("timeout", timeout.getSeconds());
    } else {
      out.put("timeout", timeout.toMillis() / 1000.0);
    }
  }
}
