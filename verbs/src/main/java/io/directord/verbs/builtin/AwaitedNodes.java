package io.directord.verbs.builtin;

import io.directord.common.job.Job;
import io.directord.common.target.Target;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The nodes that a job waits for. */
public final class AwaitedNodes {
  /** The key of a job's arguments that names them. */
  public static final String KEY = "identity";

  private static final Set<String> WAITING = Set.of(JobWaitComponent.VERB, QueryWaitComponent.VERB);

  private AwaitedNodes() {}

  /** The names without templates, which are known before the job runs. */
  public static List<Target> of(Job job) {
    return WAITING.contains(job.verb())
        ? names(job).stream()
            .filter(name -> !name.contains("{"))
            .<Target>map(Target.OneNode::new)
            .toList()
        : List.of();
  }

  /** The awaited names, split at whitespace; a text with a template stays whole. */
  static Set<String> names(Job job) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode written : job.arguments().path(KEY)) {
      String text = written.asString("").strip();
      names.addAll(text.contains("{") ? Set.of(text) : List.of(text.split("\\s+")));
    }
    return names;
  }
}
