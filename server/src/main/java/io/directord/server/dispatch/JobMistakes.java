package io.directord.server.dispatch;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.validation.Place.InJob;
import io.directord.common.validation.ValidationError;
import io.directord.server.node.NodeRegistry;
import io.directord.verbs.builtin.AwaitedNodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells what is wrong with the jobs of one submission; each content and each target once. */
final class JobMistakes {
  /** Mistakes beyond these are counted only. */
  private static final int MAX = 10;

  private final NodeRegistry nodes;
  private final Set<String> seen = new HashSet<>();
  private final List<ValidationError> found = new ArrayList<>();
  private boolean forEveryNode;

  JobMistakes(NodeRegistry nodes) {
    this.nodes = nodes;
  }

  /**
   * Looks at a job.
   *
   * @param place in the submission
   */
  void look(int place, PreparedJob prepared) {
    Job job = prepared.job();
    if (job.targets().isEmpty() && !forEveryNode) {
      forEveryNode = true;
      Objections.noNode(nodes).ifPresent(message -> found.add(new InJob(place, "").error(message)));
    }
    for (String target : job.targets()) {
      if (nodes.find(target) == null && seen.add(target)) {
        found.add(new InJob(place, "targets").error(Reasons.unknownTarget(target, nodes.all())));
      }
    }
    for (String awaited : AwaitedNodes.of(job)) {
      if (nodes.find(awaited) == null && seen.add(awaited)) {
        String message = Reasons.unknownTarget(awaited, nodes.all());
        found.add(new InJob(place, AwaitedNodes.KEY).error(job.verb() + ": " + message));
      }
    }
    for (var missing : prepared.missing().entrySet()) {
      if (seen.add(missing.getKey())) {
        found.add(
            new InJob(place, SourceFile.KEY)
                .error("job " + job.title() + ": " + missing.getValue()));
      }
    }
  }

  /**
   * @throws RefusedException if there are any
   */
  void refuse() {
    if (found.isEmpty()) {
      return;
    }
    List<ValidationError> told = new ArrayList<>(found.subList(0, Math.min(MAX, found.size())));
    if (found.size() > MAX) {
      told.add(new InJob(found.get(MAX).job(), "").error("and " + (found.size() - MAX) + " more"));
    }
    throw new RefusedException(told);
  }
}
