package io.directord.server.dispatch;

import io.directord.common.api.Problem.JobMistake;
import io.directord.common.job.Job;
import io.directord.server.node.NodeRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds what is wrong with the jobs of one submission; each content and each target once. */
final class JobMistakes {
  /** Mistakes beyond these are counted only. */
  private static final int MAX = 10;

  private final Contents contents;
  private final NodeRegistry nodes;
  private final Objections objections;
  private final Set<String> seen = new HashSet<>();
  private final List<JobMistake> found = new ArrayList<>();
  private boolean forEveryNode;

  JobMistakes(Contents contents, NodeRegistry nodes, Objections objections) {
    this.contents = contents;
    this.nodes = nodes;
    this.objections = objections;
  }

  /**
   * Looks at a job.
   *
   * @param place in the submission
   */
  void look(int place, Job job) {
    if (job.targets().isEmpty() && !forEveryNode) {
      forEveryNode = true;
      objections.noNode().ifPresent(message -> found.add(new JobMistake(place, message)));
    }
    for (String target : job.targets()) {
      if (nodes.find(target) == null && seen.add(target)) {
        found.add(
            new JobMistake(place, Reasons.unknownTarget(target, nodes.all()), JobMistake.TARGETS));
      }
    }
    lookForContents(place, job);
  }

  private void lookForContents(int place, Job job) {
    String where = "job " + job.title() + ": ";
    try {
      for (String sha256 : contents.missing(job)) {
        if (seen.add(sha256)) {
          String message = "its content " + sha256 + " is not here: upload it first";
          found.add(new JobMistake(place, where + message));
        }
      }
    } catch (IllegalArgumentException e) {
      found.add(new JobMistake(place, where + e.getMessage()));
    } catch (IOException e) {
      found.add(
          new JobMistake(
              place, where + "the server cannot look for its content: " + e.getMessage()));
    }
  }

  /**
   * @throws RefusedException if there are any
   */
  void refuse() {
    if (found.isEmpty()) {
      return;
    }
    List<JobMistake> told = new ArrayList<>(found.subList(0, Math.min(MAX, found.size())));
    if (found.size() > MAX) {
      told.add(new JobMistake(found.get(MAX).job(), "and " + (found.size() - MAX) + " more"));
    }
    throw new RefusedException(told);
  }
}
