package io.directord.client.execution;

import io.directord.client.cache.NodeCache;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.json.Json;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Whether an earlier success of a job on this node still counts. */
final class DoneBefore {
  private DoneBefore() {}

  /**
   * The time of an earlier success with the job's fingerprint, if it still counts; else null.
   *
   * @param names the arguments of templates
   * @param envs the environment of commands
   */
  static Instant at(Job job, NodeCache cache, Map<String, JsonNode> names, Map<String, String> envs)
      throws InterruptedException {
    NodeCache.Done done = cache.done(job.fingerprint());
    return done != null && holds(job, done.evidence(), names, envs) ? done.at() : null;
  }

  /** A version before this one noted no evidence. */
  private static boolean holds(
      Job job, JsonNode evidence, Map<String, JsonNode> names, Map<String, String> envs)
      throws InterruptedException {
    return evidence == null
        ? !Templates.isTemplate(job.arguments().toString()) && SourceFile.in(job).isEmpty()
        : Json.read(evidence, Evidence.class).holds(names, envs);
  }
}
