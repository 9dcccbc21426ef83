package io.directord.verbs.builtin;

import io.directord.common.job.Job;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The nodes that a job waits for, which it names beside those that run it. */
public final class AwaitedNodes {
  /** The key of a job's arguments that names them. */
  public static final String KEY = "identity";

  private static final Set<String> WAITING = Set.of(JobWaitComponent.VERB, QueryWaitComponent.VERB);

  private AwaitedNodes() {}

  /** As far as they are known before the job runs: a template may make others. */
  public static Set<String> of(Job job) {
    Set<String> nodes = new LinkedHashSet<>();
    if (WAITING.contains(job.verb())) {
      for (JsonNode written : job.arguments().path(KEY)) {
        String names = written.asString("");
        if (!names.contains("{")) {
          nodes.addAll(Set.of(names.strip().split("\\s+")));
        }
      }
    }
    return nodes;
  }
}
